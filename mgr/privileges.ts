/** `--setuser` and `--setgroup`: gives up root before anything of the cluster is touched. */

import process from "node:process";

/** One entry of /etc/passwd or /etc/group: its number, or undefined. */
function lookUp(file: string, name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const row = Deno.readTextFileSync(file).split("\n").find((line) => line.startsWith(`${name}:`));
  return row === undefined ? undefined : Number(row.split(":")[2]);
}

/** The group that /etc/passwd gives to a user. */
function groupOf(user: string): number | undefined {
  const rows = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"));
  const row = rows.find(([name, , uid]) => name === user || uid === user);
  return row === undefined ? undefined : Number(row[3]);
}

/** Whom to become; undefined = who we are. */
export interface Privileges {
  readonly setuser?: string;
  readonly setgroup?: string;
}

/** Whether `setUserAndGroup` is going to change anything. */
export function givesUpRoot({ setuser, setgroup }: Privileges): boolean {
  return Deno.uid() === 0 && (setuser !== undefined || setgroup !== undefined);
}

/**
 * Becomes that user and group, for the process and so for the modules' processes. Does nothing when we are not root,
 * as ceph-mgr does under a unit that sets User=. Throws when a name is unknown.
 */
export function setUserAndGroup(privileges: Privileges): void {
  const { setuser: user, setgroup: group } = privileges;
  if (!givesUpRoot(privileges)) return;
  const uid = user === undefined ? 0 : lookUp("/etc/passwd", user);
  if (uid === undefined) throw new Error(`Cannot set the user: ${user} is unknown on this machine`);
  const gid = group === undefined ? groupOf(user!) : lookUp("/etc/group", group);
  if (gid === undefined) throw new Error(`Cannot set the group: ${group ?? user} is unknown on this machine`);
  process.setgid?.(gid);
  if (uid !== 0) process.setuid?.(uid);
}
