/** Files and sockets that the manager was started with: no process that it starts gets them. */

/** Upstream: __NR_close_range in asm-generic/unistd.h, the same on each architecture. */
const CLOSE_RANGE = 436n;
/** After stdin, stdout and stderr. */
const FIRST = 3n;
const LAST = 0xffff_ffffn;
/** Upstream: CLOSE_RANGE_CLOEXEC in linux/close_range.h, Linux 5.11. */
const CLOEXEC = 4n;
const SYMBOLS = {
  syscall: { parameters: ["i64", "i64", "i64", "i64"], result: "i64" },
} as const;

/**
 * Marks all open files of this process as not to be inherited. Deno does that with whatever it opens itself; what a shell or
 * a supervisor left open passes through it, and a module could read and write it without a permission. Returns whether
 * the kernel did it; nothing here needs them, so they stay open in the manager.
 */
export function keepInheritedFiles(): boolean {
  try {
    const libc = Deno.dlopen("libc.so.6", SYMBOLS);
    try {
      return libc.symbols.syscall(CLOSE_RANGE, FIRST, LAST, CLOEXEC) === 0n;
    } finally {
      libc.close();
    }
  } catch {
    // No such library here, or Deno was not allowed to load it.
    return false;
  }
}
