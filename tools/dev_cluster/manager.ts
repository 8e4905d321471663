/** The manager of a development cluster: the daemon, but modules are granted what they ask for, and it says what that is. */

import { main } from "../../mgr/main.ts";
import { print } from "../print.ts";

/** What was said last of each module: a reload that changes nothing is not worth a line. */
const told = new Map<string, string>();

function trusted(module: string, permissions: readonly string[]): void {
  const text = permissions.join(", ");
  if (text === (told.get(module) ?? "")) return;
  told.set(module, text);
  print(`Module ${module} is granted what it asks for: ${text}`);
}

Deno.exit(await main(Deno.args, { trusted }));
