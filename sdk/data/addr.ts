/** Shapes that several maps have in common. Keys are Ceph's own. */

/** One address of a daemon. */
export type AddrDump = {
  /** "v2", "v1", "any" */
  readonly type: string;
  readonly nonce: number;
  /** `10.1.2.3:6800` */
  readonly addr: string;
};

/** All addresses of a daemon. */
export type AddrVecDump = { readonly addrvec: readonly AddrDump[] };

/** Texts by name. */
export type Texts = Readonly<Record<string, string>>;
