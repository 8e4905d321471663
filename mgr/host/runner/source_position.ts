/** Where in the author's files something was thrown: the first thing that an author asks. */

/** What was thrown, which may be anything, with `(mod.ts:12:7)` behind it when its stack leads into the module. */
export function placedMessage(error: unknown, directory: string | undefined): string {
  const message = messageText(error);
  if (directory === undefined) return message;
  // Errors of the compiler say where they are in their own words, by full URLs.
  const short = message.replaceAll(directory, "");
  if (short !== message) return short;
  const place = placeOf(error, directory);
  return place === undefined ? message : `${message} (${place})`;
}

/** `file:line:column` of the first frame of the stack that is below the directory, a URL with a slash at its end. */
function placeOf(error: unknown, directory: string): string | undefined {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const start = stack.indexOf(directory);
  if (start < 0) return undefined;
  return /^[^\s()]+?:\d+:\d+/.exec(stack.slice(start + directory.length))?.[0];
}

function messageText(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : Deno.inspect(error);
}
