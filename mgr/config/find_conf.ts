/** Which ceph.conf is read, and the cluster's name that follows from it. */

/** What the choice depends on. */
export interface ConfSearch {
  /** `-c`; empty: none is wanted. Several paths stand by commas. */
  readonly conf?: string;
  /** `--cluster`. */
  readonly cluster?: string;
  /** The variable CEPH_CONF. */
  readonly envConf?: string;
  /** The home directory, empty when there is none. */
  readonly home: string;
}

/** The paths to try in order. When `required`, one of them must exist. */
export interface ConfPaths {
  readonly paths: readonly string[];
  readonly required: boolean;
}

const DEFAULT_CLUSTER = "ceph";

/** The search path: `-c`, else CEPH_CONF, else the places of the cluster's name. Only `-c` must exist. */
export function confPaths(search: ConfSearch): ConfPaths {
  if (search.conf !== undefined) {
    const paths = splitPaths(search.conf);
    return { paths, required: paths.length > 0 };
  }
  if (search.envConf) return { paths: splitPaths(search.envConf), required: false };
  const file = `${search.cluster ?? DEFAULT_CLUSTER}.conf`;
  const home = search.home === "" ? [] : [`${search.home}/.ceph/${file}`];
  return { paths: [`/etc/ceph/${file}`, ...home, file], required: false };
}

/** `--cluster`, else the base name of the file that was read without `.conf`, else `ceph`. */
export function clusterName(cluster: string | undefined, path: string | undefined): string {
  if (cluster !== undefined) return cluster;
  const base = path?.slice(path.lastIndexOf("/") + 1) ?? "";
  return base.length > ".conf".length && base.endsWith(".conf")
    ? base.slice(0, -".conf".length)
    : DEFAULT_CLUSTER;
}

function splitPaths(list: string): string[] {
  return list.split(/[,;]/).map((path) => path.trim()).filter((path) => path !== "");
}
