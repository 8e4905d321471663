/** Real Ceph for the tests: on Debian as root it is installed by apt when it is missing. */

import { print, printError } from "./print.ts";

/** What the tests of real clusters run. */
const PACKAGES = ["ceph-mon", "ceph-mgr", "ceph-osd", "ceph-mds", "ceph-common", "python3-rados"];
const PROGRAMS = ["ceph-mon", "ceph-mgr", "ceph-osd", "ceph-mds", "ceph", "ceph-authtool", "monmaptool"];
const APT_ENV = { DEBIAN_FRONTEND: "noninteractive" };

/** Whether everything is there afterwards; says what it does and why it cannot. */
export async function ensureCeph(): Promise<boolean> {
  if (await isInstalled()) return true;
  const reason = await reasonAgainstInstall();
  if (reason) {
    printError(`Cannot install Ceph: ${reason}`);
    return false;
  }
  print(`Installing ${PACKAGES.join(" ")}`);
  const done = await apt("update") && await apt("install", "-y", "--no-install-recommends", ...PACKAGES);
  return done && await isInstalled();
}

async function isInstalled(): Promise<boolean> {
  const present = await Promise.all(PROGRAMS.map((program) => succeeds(program, "--help")));
  return present.every(Boolean) && await succeeds("/usr/bin/python3", "-c", "import rados");
}

async function reasonAgainstInstall(): Promise<string | undefined> {
  if (!await succeeds("apt-get", "--version")) return "there is no apt-get here";
  if (Deno.uid() !== 0) return "that needs root";
  return undefined;
}

async function succeeds(command: string, ...args: readonly string[]): Promise<boolean> {
  try {
    const options = { stdin: "null", stdout: "null", stderr: "null" } as const;
    const { code, signal } = await new Deno.Command(command, { ...options, args: [...args] }).output();
    // ceph-osd and ceph-mds end --help with 1.
    return signal === null && (code === 0 || args[0] === "--help");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function apt(...args: readonly string[]): Promise<boolean> {
  const { code, stdout, stderr } = await new Deno.Command("apt-get", {
    args: ["-q", ...args],
    env: APT_ENV,
    stdin: "null",
  }).output();
  if (code === 0) return true;
  const decoder = new TextDecoder();
  printError(
    `apt-get ${args.join(" ")} failed:\n${decoder.decode(stdout).slice(-2000)}${decoder.decode(stderr)}`,
  );
  return false;
}
