/** Upgrades of the whole cluster. */

/** How far an upgrade is. Upstream: UpgradeStatusSpec */
export interface UpgradeStatus {
  /** The image that daemons get. */
  readonly target_image: string | null;
  /** Whether there is one. */
  readonly in_progress: boolean;
  /** What it is of, when not of everything. */
  readonly which: string;
  /** Types of daemons that are done. */
  readonly services_complete: readonly string[];
  /** `3/8 daemons upgraded` */
  readonly progress: string | null;
  /** What happens now, or what went wrong. */
  readonly message: string;
  /** Whether somebody has stopped it for a while. */
  readonly is_paused: boolean;
}

/** What an upgrade is of; everything when nothing is said. */
export interface UpgradeTarget {
  /** Image of containers. */
  readonly image?: string;
  /** Version of Ceph: `16.2.15`. */
  readonly version?: string;
  /** Types of daemons. */
  readonly daemonTypes?: readonly string[];
  /** Pattern of hosts. */
  readonly hosts?: string;
  /** Names of services. */
  readonly services?: readonly string[];
  /** At most so many daemons. */
  readonly limit?: number;
}
