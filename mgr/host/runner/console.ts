/** `console` of a module: its lines go to the manager's log. */

/** Methods of console, and the level of the log that each is. */
const LEVELS = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
} as const;

/** Replaces the methods that print. */
export function takeConsole(log: (level: string, text: string) => void): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    Reflect.set(console, method, (...values: unknown[]) => log(level, values.map(textOf).join(" ")));
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}
