/** Our CLI beside the stock one: from the start of the process to its end. */

import { fileURLToPath } from "node:url";
import { RealCluster } from "../../tests/cluster/real_cluster.ts";
import { print } from "../print.ts";
import { TOP } from "../source_files.ts";
import { median } from "./statistics.ts";

const OURS = fileURLToPath(import.meta.resolve("../ceph.ts"));
/** A command of the monitors, of the manager, of an OSD, and one that fails before it is sent. */
const COMMANDS = ["fsid", "osd df", "tell osd.0 version", "osd tre"];
const RUNS = 20;

async function milliseconds(command: string, args: readonly string[], conf: string): Promise<number> {
  const start = performance.now();
  await new Deno.Command(command, { args: [...args], env: { CEPH_CONF: conf }, stdin: "null" }).output();
  return performance.now() - start;
}

/** Prints a table of medians; both run in turn. */
export async function benchCli(): Promise<void> {
  await using cluster = await RealCluster.start({ osds: 1, mgr: true });
  await cluster.waitFor(async () => (await cluster.ceph("osd", "df")).code === 0, "the manager");
  print(
    `\nmedians of ${RUNS} runs in turn, cephx\n${"".padEnd(28)}${"ganglion".padStart(10)}${
      "ceph".padStart(10)
    }`,
  );
  for (const command of COMMANDS) {
    const words = command.split(" ");
    const own: number[] = [];
    const stock: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const args = ["run", "-A", "--config", `${TOP}deno.json`, OURS, ...words];
      own.push(await milliseconds(Deno.execPath(), args, cluster.conf));
      stock.push(await milliseconds("ceph", words, cluster.conf));
    }
    const cells = [own, stock].map((samples) => median(samples).toFixed(0).padStart(10)).join("");
    print(`${`ceph ${command}`.padEnd(28)}${cells}  ms`);
  }
}
