/** Devices that a daemon names in its metadata. */

/** One device of one daemon. */
export interface DaemonDevice {
  /** `VENDOR_MODEL_SERIAL`: the same on every host. */
  readonly devid: string;
  /** `nvme0n1` */
  readonly devname: string;
  /** `/dev/disk/by-path/...`, or empty. */
  readonly path: string;
}

/** `nvme0n1=ID1,sda=ID2`, separated by commas, semicolons or blanks. */
function pairs(text: string | undefined): Map<string, string> {
  const out = new Map<string, string>();
  for (const part of (text ?? "").split(/[,; ]+/)) {
    const at = part.indexOf("=");
    if (at > 0 && at < part.length - 1) out.set(part.slice(0, at), part.slice(at + 1));
  }
  return out;
}

/** Reads `device_ids` and `device_paths`. Upstream: DaemonState::set_metadata in mgr/DaemonState.h */
export function devicesOf(metadata: ReadonlyMap<string, string>): DaemonDevice[] {
  const paths = pairs(metadata.get("device_paths"));
  return [...pairs(metadata.get("device_ids"))].map(([devname, devid]) => ({
    devid,
    devname,
    path: paths.get(devname) ?? "",
  }));
}
