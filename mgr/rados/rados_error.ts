/** What the cluster answers when it does not do what it was asked for. */

/** Names of the numbers that OSDs answer with. Upstream: include/types.h, errno(3) of Linux */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, "EPERM"],
  [2, "ENOENT"],
  [5, "EIO"],
  [6, "ENXIO"],
  [7, "E2BIG"],
  [11, "EAGAIN"],
  [13, "EACCES"],
  [16, "EBUSY"],
  [17, "EEXIST"],
  [22, "EINVAL"],
  [27, "EFBIG"],
  [28, "ENOSPC"],
  [30, "EROFS"],
  [34, "ERANGE"],
  [36, "ENAMETOOLONG"],
  [61, "ENODATA"],
  [75, "EOVERFLOW"],
  [90, "EMSGSIZE"],
  [95, "EOPNOTSUPP"],
  [107, "ENOTCONN"],
  [108, "ESHUTDOWN"],
  [110, "ETIMEDOUT"],
  [122, "EDQUOT"],
  [125, "ECANCELED"],
]);

/** Numbers that are of use to callers. */
export const Errno = {
  noEntry: -2,
  io: -5,
  noSuchDevice: -6,
  busy: -16,
  invalid: -22,
  notConnected: -107,
  blocklisted: -108,
  timedOut: -110,
} as const;

/** From here on downwards a number tells at which byte `compareExtent` found a difference. Upstream: MAX_ERRNO */
const FIRST_MISMATCH = -4095;

/** An operation failed. */
export class RadosError extends Error {
  override readonly name = "RadosError";
  /** Negative. */
  readonly errno: number;
  /** "ENOENT"; "" for numbers without a name. */
  readonly code: string;

  /** `action` says what was tried: "read object 'a' of pool 'p'". */
  constructor(action: string, errno: number, why = errnoText(errno)) {
    super(`Cannot ${action}: ${why}`);
    this.errno = errno;
    this.code = NAMES.get(-errno) ?? "";
  }

  /** Where the bytes of a `compareExtent` differ; undefined for other errors. */
  get mismatchAt(): number | undefined {
    return this.errno <= FIRST_MISMATCH ? FIRST_MISMATCH - this.errno : undefined;
  }
}

/** The operation may have been done, or not: nobody will ever tell. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
}

/** "ENOENT (-2)" */
export function errnoText(errno: number): string {
  if (errno <= FIRST_MISMATCH) return `the bytes differ at ${FIRST_MISMATCH - errno}`;
  const name = NAMES.get(-errno);
  return name === undefined ? `error ${errno}` : `${name} (${errno})`;
}
