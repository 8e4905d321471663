/** Reads of /proc, where anything may vanish between two reads. */

/** The text, or undefined when the file or its process is gone. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return undefined;
  }
}

/** The names in a directory. */
export async function readDirectory(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name);
}

/** Processes whose command line or environment holds the text. */
export async function processesWith(text: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const name of await readDirectory("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    const command = await readText(`/proc/${name}/cmdline`) ?? "";
    const environment = await readText(`/proc/${name}/environ`) ?? "";
    if (command !== "" && (command.includes(text) || environment.includes(text))) {
      found.push({ pid: Number(name), command: command.replaceAll("\0", " ").trim() });
    }
  }
  return found;
}
