/** Directories that are ours, and those that are not. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../mgr/time/clock.ts";
import { DevCluster } from "./dev_cluster.ts";
import { ClusterDirectory, DEFAULT_PLAN, DirectoryError } from "./directory.ts";

const PLAN = { ...DEFAULT_PLAN, osds: 0 };

/** Runs the body in a directory of its own; `dev` is where the cluster would be. */
function inDirectory(body: (dev: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const top = await Deno.makeTempDir({ prefix: "ganglion-dev-" });
    try {
      await body(`${top}/.dev`);
    } finally {
      await Deno.remove(top, { recursive: true });
    }
  };
}

/** The message of the refusal. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (e) {
    assert(e instanceof DirectoryError, String(e));
    return e.message;
  }
  throw new Error("Nothing was refused");
}

const open = (path: string, fresh = false): ClusterDirectory => ClusterDirectory.open(path, fresh, PLAN);

/** Everything below it, with the bytes of files. */
function contents(path: string): string[] {
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) => {
    const below = `${path}/${name}`;
    return isDirectory ? contents(below) : [`${below} ${Deno.readFileSync(below).toHex()}`];
  }).sort();
}

function start(directory: ClusterDirectory): DevCluster {
  return DevCluster.start({
    directory,
    clock: systemClock,
    onFatal(error) {
      throw error;
    },
  });
}

Deno.test(
  "ClusterDirectory makes keys that only their owner can read, and finds its cluster again",
  inDirectory((dev) => {
    const first = open(dev);
    assert(first.isNew);
    assertEquals(Deno.statSync(first.keyring("client.admin")).mode! & 0o777, 0o600);
    first[Symbol.dispose]();
    using again = open(dev);
    assertEquals([again.fsid, again.isNew], [first.fsid, false]);
  }),
);

Deno.test(
  "ClusterDirectory is used by one process at a time, and says which",
  inDirectory((dev) => {
    using _held = open(dev);
    const message = refusal(() => open(dev));
    assertStringIncludes(message, `a development cluster runs already in ${dev} (process ${Deno.pid})`);
    assertStringIncludes(refusal(() => open(dev, true)), "runs already");
  }),
);

Deno.test(
  "ClusterDirectory leaves directories of others alone, also with --fresh",
  inDirectory((dev) => {
    Deno.mkdirSync(dev);
    Deno.writeTextFileSync(`${dev}/thesis.txt`, "years of work");
    for (const fresh of [false, true]) {
      assertStringIncludes(refusal(() => open(dev, fresh)), "is not a development cluster of Ganglion");
    }
    assertEquals([...Deno.readDirSync(dev)].map(({ name }) => name), ["thesis.txt"]);
  }),
);

Deno.test(
  "ClusterDirectory says of a file in its place that it is none",
  inDirectory((dev) => {
    Deno.writeTextFileSync(dev, "");
    assertStringIncludes(refusal(() => open(dev)), "is not a development cluster of Ganglion");
  }),
);

Deno.test(
  "ClusterDirectory says what to do about damage and other versions, and changes nothing",
  inDirectory((dev) => {
    open(dev)[Symbol.dispose]();
    const marker = `${dev}/cluster.json`;
    const good = JSON.parse(Deno.readTextFileSync(marker));
    const cases: [string, string][] = [
      ["{", "is damaged"],
      ["{}", "is not that of a development cluster"],
      [JSON.stringify({ ...good, version: 1 }), "it was made by an older version of Ganglion (layout 1"],
      [JSON.stringify({ ...good, version: 99 }), "it was made by a newer version of Ganglion (layout 99"],
    ];
    for (const [text, why] of cases) {
      Deno.writeTextFileSync(marker, text);
      const before = contents(dev);
      const message = refusal(() => open(dev));
      assertStringIncludes(message, why);
      assertStringIncludes(message, `"deno task mgr --fresh" throws it away`);
      assertEquals(contents(dev), before);
    }
    using fresh = open(dev, true);
    assert(fresh.isNew && fresh.fsid !== good.fsid);
  }),
);

Deno.test(
  "DevCluster says what to do about a store that it cannot read",
  inDirectory((dev) => {
    using directory = open(dev);
    for (
      const bytes of [new Uint8Array(5000).fill(7), new TextEncoder().encode("SQLite format 3\0garbage")]
    ) {
      Deno.writeFileSync(directory.store, bytes);
      assertStringIncludes(refusal(() => start(directory)), `"deno task mgr --fresh" throws it away`);
      assertEquals(Deno.readFileSync(directory.store), bytes);
    }
    Deno.removeSync(directory.keyring("mgr.x"));
  }),
);

Deno.test(
  "DevCluster keeps its port as long as it can",
  inDirectory(async (dev) => {
    using directory = open(dev);
    const ports: string[] = [];
    const note = async (): Promise<void> => {
      await using cluster = start(directory);
      ports.push(cluster.monitorAddress);
    };
    await note();
    await note();
    assertEquals(ports[0], ports[1]);
    using _taken = Deno.listen({ hostname: "127.0.0.1", port: Number(ports[0]!.split(":")[1]) });
    await note();
    assert(ports[2] !== ports[0]);
    const conf = Deno.readTextFileSync(directory.conf);
    assertStringIncludes(conf, `mon host = [v2:${ports[2]}]`);
  }),
);
