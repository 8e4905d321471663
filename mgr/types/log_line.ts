/** What a line of a log file is made of, as Ceph writes it. */

/** What a record of a module has beside its text (its property `module`); the module's options have chosen it already. */
export interface ModuleRecord {
  /** The level of Ceph that the line shows. */
  readonly cephLevel: number;
  /** What stands before the text: `[NAME LEVEL logger]`. */
  readonly place: string;
}

/**
 * `2026-11-23T14:40:34.011+0000`: the time on this machine's clock, with its distance from UTC.
 * Upstream: append_time in log/LogClock.h
 */
export function cephStamp(wallMs: number): string {
  const date = new Date(wallMs);
  const eastMinutes = -date.getTimezoneOffset();
  const local = new Date(wallMs + eastMinutes * 60_000).toISOString().slice(0, -1);
  const away = Math.abs(eastMinutes);
  const zone = [Math.floor(away / 60), away % 60].map((part) => String(part).padStart(2, "0")).join("");
  return `${local}${eastMinutes < 0 ? "-" : "+"}${zone}`;
}

/** Whoever writes a text cannot forge a line: breaks of lines are written as `\n`. */
export function oneLine(text: string): string {
  return text.replaceAll("\n", "\\n");
}
