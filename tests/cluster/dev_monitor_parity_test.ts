/** The same commands on a real cluster and on the development monitor: the same answers. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type {} from "../../mgr/types/ceph_json.ts";
import type { ArgValue } from "../../tools/ceph/arg_types.ts";
import { matchCommand } from "../../tools/ceph/match.ts";
import { floatText } from "../../tools/ceph/python_text.ts";
import { shellWords } from "../../tools/ceph/shell_words.ts";
import { type Description, parseDescriptions } from "../../tools/ceph/signature.ts";
import { withDevCluster } from "./dev_cluster.ts";
import type { CommandAnswer, RadosClient } from "./rados_client.ts";
import { type CommandWords, hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const TABLE = fileURLToPath(import.meta.resolve("./monitor_commands.txt"));
/** Characters before and behind a difference. */
const SHOWN = 100;
/** As a real OSD with an object store in memory has it here. */
const DEVICE_BYTES = 2 ** 30;

/** What differs between any two clusters, in the order in which it is looked for. */
const DIFFERENT: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID"],
  [/20\d\d-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{4})/g, "TIME"],
  // Our daemons have no addresses of the old protocol.
  [/,\{"type": "v1","addr": "[^"]+","nonce": \d+\}/g, ""],
  [/\[?(?:v[12]:)?127\.0\.0\.1:\d+(?:\/\d+)?(?:,v1:127\.0\.0\.1:\d+(?:\/\d+)?)?\]?/g, "ADDR"],
  [/[A-Za-z0-9+/]{38}==/g, "KEY"],
  [/version 16\.2\.15 \([^)]+\)/g, "version V"],
  // Epochs and versions: a real monitor puts several changes into one.
  [/\b(epoch[":]* "?|osdmap e|e|last_change[":]* "?|up_from[":]* |up_thru[":]* )\d+"?/g, "$1E"],
  [/\b(last_clean_interval )\[\d+,\d+\)/g, "$1I"],
  [
    /("(?:last_clean_\w+|down_at|snap_epoch|dead_epoch|version|created_at|stamp|\w+_since|quorum_age|nonce)": )"?[\d.]+"?/g,
    "$1N",
  ],
  [/since [\d.]+s/g, "since T"],
  [/("num": )\d+/g, "$1N"],
  [/\b(down_at|crush_version) \d+/g, "$1 N"],
  [/("crush_version": )\d+/g, "$1N"],
];

function normalized({ code, out, err }: CommandAnswer): CommandAnswer {
  const plain = (text: string): string =>
    DIFFERENT.reduce((t, [pattern, word]) => t.replaceAll(pattern, word), text.replaceAll('":', '": '));
  return { code, out: plain(out), err: plain(err) };
}

/** Daemons want floats to look like floats: `1.0` stays. */
function argument(value: ArgValue): unknown {
  if (Array.isArray(value)) return value.map(argument);
  return typeof value === "bigint" || typeof value === "number" ? JSON.rawJSON(scalarText(value)) : value;
}

const scalarText = (value: bigint | number): string =>
  typeof value === "bigint" ? String(value) : floatText(value);

/** The input of a command, as a JSON text behind its words. */
const INPUT = " <<< ";

function inputOf(line: string): string {
  const at = line.indexOf(INPUT);
  return at < 0 ? "" : JSON.parse(line.slice(at + INPUT.length)) as string;
}

/** The command that a line of the table means; undefined for one that the CLI itself refuses. */
function parse(line: string, descriptions: readonly Description[]): CommandWords | undefined {
  const words = shellWords(line.split(INPUT)[0]!.replaceAll("{host}", Deno.hostname()));
  const at = words.indexOf("-f");
  const format = at < 0 ? {} : { format: words[at + 1]! };
  const match = matchCommand(at < 0 ? words : words.toSpliced(at, 2), descriptions);
  if ("mismatch" in match) return undefined;
  const fields = [...match.values].map(([name, value]) => [name, argument(value)]);
  return { ...(Object.fromEntries(fields) as CommandWords), ...format };
}

/** Where two answers part; undefined when they are the same. */
function compare(wanted: CommandAnswer, got: CommandAnswer): string | undefined {
  for (const part of ["code", "err", "out"] as const) {
    const [a, b] = [String(wanted[part]), String(got[part])];
    if (a === b) continue;
    let at = 0;
    while (a[at] === b[at]) at++;
    const show = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - SHOWN), at + SHOWN));
    return `  ${part}, at ${at}:\n    real ${show(a)}\n    ours ${show(b)}`;
  }
  return undefined;
}

async function described(client: RadosClient): Promise<Description[]> {
  return parseDescriptions((await client.command("mon", { prefix: "get_command_descriptions" })).out);
}

Deno.test({ name: "DevMonitor answers as a real monitor does", ignore }, async () => {
  const lines = (await Deno.readTextFile(TABLE)).split("\n").filter((line) => line !== "" && line[0] !== "#");
  const plan = {
    osds: 3,
    hosts: [Deno.hostname()],
    deviceBytes: DEVICE_BYTES,
    failureDomain: "osd",
    data: false,
    modules: ["iostat", "nfs", "restful"],
  } as const;
  await RealCluster.run({ osds: 3 }, async (real) => {
    await withDevCluster(plan, async (dev) => {
      await using ours = await dev.connect();
      await using theirs = await real.connect();
      for (const name of ["osd_pool_default_size", "osd_pool_default_min_size"]) {
        const set = { prefix: "config set", who: "global", name, value: "1" };
        await Promise.all([ours, theirs].map((client) => client.command("mon", set)));
      }
      const descriptions = await described(theirs);
      const differing: string[] = [];
      for (const line of lines) {
        const command = parse(line, descriptions);
        if (command === undefined) continue;
        const [wanted, got] = await Promise.all(
          [theirs, ours].map((client) => client.command("mon", command, inputOf(line))),
        );
        const difference = compare(normalized(wanted!), normalized(got!));
        if (difference !== undefined) differing.push(`${line}\n${difference}`);
      }
      assertEquals(
        differing.length,
        0,
        `${differing.length} of ${lines.length} differ\n${differing.join("\n")}`,
      );
    });
  });
});
