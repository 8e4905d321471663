/** What holds for every module, wherever it runs. Each case leaves the world as it found it. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { complaint, output, type World } from "./world.ts";

const DEFAULTS = {
  place: "world",
  how: "fast",
  count: 3,
  limit: 7,
  bytes: 4096,
  ratio: 0.5,
  period: 60,
  loud: true,
};

type Options = Readonly<Record<string, unknown>>;

const optionsOf = (world: World, local = false): Promise<Options> =>
  output(world, "box options", { local }) as Promise<Options>;

/** Sets an option as the operator, and waits until the module sees it. */
async function configure(world: World, name: string, text: string | null, value: unknown): Promise<void> {
  await world.setOption(name, text);
  await world.until(`${name} is ${value}`, async () => (await optionsOf(world))[name] === value);
}

/** By name. */
export const CASES: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async "options have their defaults, those without are not there"(world) {
    assertEquals(await optionsOf(world), DEFAULTS);
  },

  async "an option that the operator sets has its type"(world) {
    const cases: readonly (readonly [name: keyof typeof DEFAULTS, text: string, value: unknown])[] = [
      ["place", " ä sp ", " ä sp "],
      ["place", "line\nline", "line\nline"],
      ["how", "slow", "slow"],
      ["count", "12", 12],
      ["count", "1K", 1000],
      ["bytes", "1K", 1024],
      ["bytes", "2Mi", 2 ** 21],
      ["ratio", "1e-3", 0.001],
      ["period", "90", 90],
      ["period", "1m 5s", 65],
      ["loud", "false", false],
      ["loud", "1", true],
      ["loud", "FALSE", false],
    ];
    for (const [name, text, value] of cases) await configure(world, name, text, value);
    for (const [name, value] of Object.entries(DEFAULTS)) await configure(world, name, null, value);
  },

  async "an option that the operator sets wrongly is refused by the monitors"(world) {
    const cases = [
      ["count", "many", "error parsing value: "],
      ["count", "0", "error parsing value: Value '0' is below minimum 1"],
      ["count", "9001", "error parsing value: Value '9001' exceeds maximum 9000"],
      ["limit", "-1", "error parsing value: "],
      ["loud", "yes", "error parsing value: "],
      ["period", "1.5", "error parsing value: "],
      ["how", "never", "error parsing value: 'never' is not one of the permitted values: fast, slow"],
      ["colour", "red", "unrecognized config option 'mgr/box/colour'"],
    ] as const;
    for (const [name, text, message] of cases) {
      await assertRejects(() => world.setOption(name, text), Error, message);
    }
    assertEquals(await optionsOf(world), DEFAULTS);
  },

  async "an option that is set for one manager holds for it alone"(world) {
    await world.setOption("x/place", "Mars");
    await world.setOption("y/place", "Pluto");
    await world.until("mgr.x has its own", async () => (await optionsOf(world, true)).place === "Mars");
    assertEquals((await optionsOf(world)).place, "world");
    await world.setOption("x/place", null);
    await world.setOption("y/place", null);
    await world.until("it has not", async () => (await optionsOf(world, true)).place === "world");
  },

  async "an option that the module sets is read at once, and null is the default"(world) {
    const set = (name: string, value: unknown, local = false): Promise<unknown> =>
      output(world, "box option set", { name, value: JSON.stringify(value), local });
    for (
      const [name, value] of [["count", 5], ["loud", false], ["place", "Mars"], ["ratio", 0.25]] as const
    ) {
      await set(name, value);
      assertEquals((await optionsOf(world))[name], value);
    }
    await set("count", 6, true);
    assertEquals([(await optionsOf(world)).count, (await optionsOf(world, true)).count], [5, 6]);
    await set("count", null, true);
    for (const name of ["count", "loud", "place", "ratio"]) await set(name, null);
    assertEquals([await optionsOf(world), await optionsOf(world, true)], [DEFAULTS, DEFAULTS]);
  },

  async "an option that the module sets wrongly is refused, and has its old value"(world) {
    const refusal = (name: string, value: unknown): Promise<string> =>
      complaint(world, "box option set", { name, value: JSON.stringify(value) });
    assertEquals(
      await refusal("count", 9001),
      "Cannot config set mgr/box/count: error parsing value: Value '9001' exceeds maximum 9000",
    );
    assertEquals(
      await refusal("how", "never"),
      "Cannot config set mgr/box/how: error parsing value: 'never' is not one of the permitted values: fast, slow",
    );
    assertEquals(
      await refusal("colour", "red"),
      "Cannot use option 'colour': it is not in MODULE_OPTIONS of module box",
    );
    assertEquals(await optionsOf(world), DEFAULTS);
  },

  async "the module is told when options change"(world) {
    const heard = async (): Promise<number> => Number(await output(world, "box heard"));
    const before = await heard();
    await configure(world, "place", "Mars", "Mars");
    await world.until("it has heard", async () => await heard() > before);
    await configure(world, "place", null, "world");
  },

  async "keys are stored, listed in their order, and removed"(world) {
    const put = (key: string, value?: string): Promise<unknown> =>
      output(world, "box store set", { key, ...(value === undefined ? {} : { value }) });
    await put("b/2", "two");
    await put("b/1", "ö\nne");
    await put("c", "");
    assertEquals(await output(world, "box store", { front: "b/" }), [["b/1", "ö\nne"], ["b/2", "two"]]);
    assertEquals(await output(world, "box store"), [["b/1", "ö\nne"], ["b/2", "two"], ["c", ""]]);
    assertEquals(await world.stored("b/2"), "two");
    for (const key of ["b/1", "b/2", "c", "was never there"]) await put(key);
    assertEquals([await output(world, "box store"), await world.stored("c")], [[], undefined]);
  },

  async "a key of one manager goes before that of all"(world) {
    await output(world, "box store set", { key: "k", value: "all" });
    assertEquals(await output(world, "box local", { key: "k" }), "all");
    await output(world, "box store set", { key: "x/k", value: "mine" });
    assertEquals(await output(world, "box local", { key: "k" }), "mine");
    for (const key of ["k", "x/k"]) await output(world, "box store set", { key });
    assertEquals(await output(world, "box local", { key: "k" }), null);
  },

  async "a value that is too long is refused by the monitors, and the old one is there"(world) {
    await output(world, "box store set", { key: "k", value: "short" });
    await output(world, "box store fill", { key: "long", count: 65_536 });
    assertStringIncludes(
      await complaint(world, "box store fill", { key: "k", count: 65_537 }),
      "error: entry size limited to 65536 bytes",
    );
    assertEquals(await output(world, "box local", { key: "k" }), "short");
    for (const key of ["k", "long"]) await output(world, "box store set", { key });
  },

  async "a key that somebody else writes is seen"(world) {
    const value = async (): Promise<unknown> => await output(world, "box local", { key: "k" });
    await world.setStore("k", "outside");
    await world.until("the module sees it", async () => await value() === "outside");
    await world.setStore("k", null);
    await world.until("it is gone", async () => await value() === null);
  },

  async "options and keys outlive an instance"(world) {
    await configure(world, "place", "Mars", "Mars");
    await output(world, "box store set", { key: "k", value: "v" });
    await world.restart();
    assertEquals([(await optionsOf(world)).place, await output(world, "box local", { key: "k" })], [
      "Mars",
      "v",
    ]);
    await configure(world, "place", null, "world");
    await output(world, "box store set", { key: "k" });
  },

  async "arguments reach the module in their types"(world) {
    const args = {
      text: "a-b_c.9",
      whole: "0x0a",
      real: "0.5",
      yes: "TRUE",
      how: "slow",
      pool: "any pool",
      object: "any object",
      pg: "1.af",
      daemon: "osd.3",
      osd: "osd.3",
      ip: "v1:1.2.3.4:80",
      addr: "[::1]:80/7",
      uuid: "d9b2d63d-a233-4123-847a-76838bc37a8d",
      more: ["one", "two"],
    };
    assertEquals(await output(world, "box echo", args), {
      inbuf: "",
      args: { ...args, whole: 10, real: 0.5, yes: true, osd: 3, ip: "1.2.3.4:80" },
    });
    const { stdout } = await world.ask("box echo", { text: "a", more: "one" }, "ïnput\n");
    assertEquals(JSON.parse(stdout), { inbuf: "ïnput\n", args: { text: "a", more: ["one"] } });
  },

  async "arguments that do not fit are refused in the CLI's words"(world) {
    const cases: readonly (readonly [Record<string, unknown>, string])[] = [
      [{}, "missing required parameter text(<string(goodchars [A-Za-z0-9-_.])>)"],
      [{ text: "a b" }, "invalid chars   in a b"],
      [{ text: "a", whole: 11 }, "11 not in range [1, 10]"],
      [{ text: "a", whole: "ten" }, "ten doesn't represent an int"],
      [{ text: "a", real: 2 }, "2 not in range [0, 1]"],
      [{ text: "a", yes: "maybe" }, "maybe not one of 'true', 'false'"],
      [{ text: "a", how: "never" }, "never not in fast|slow"],
      [{ text: "a", pg: "1" }, "pgid has no ."],
      [{ text: "a", daemon: "x.1" }, "unknown type x"],
      [{ text: "a", osd: "-1" }, "osd id -1 is less than 0"],
      [{ text: "a", ip: "1.2.3" }, "1.2.3: invalid IPv4 address"],
      [{ text: "a", uuid: "1" }, "invalid UUID 1: badly formed hexadecimal UUID string"],
    ];
    for (const [args, message] of cases) assertEquals(await complaint(world, "box echo", args), message);
  },

  async "an answer is handed on as it is"(world) {
    const answers: readonly (readonly [retval: number, stdout: string, stderr: string])[] = [
      [0, "out", ""],
      [0, "", "err"],
      [-2, "out", "err"],
      [7, "ö\n\n", "é"],
    ];
    for (const [retval, stdout, stderr] of answers) {
      assertEquals(await world.ask("box answer", { retval, stdout, stderr }), { retval, stdout, stderr });
    }
    const { stdout } = await world.ask("box long", { chars: 1_000_000 });
    assertEquals(stdout, "é".repeat(1_000_000));
  },

  async "a command that throws answers EINVAL with the stack, one with nonsense says so"(world) {
    assertStringIncludes(
      await complaint(world, "box throw", { text: "too far" }),
      "RangeError: too far\n    at ",
    );
    assertStringIncludes(await complaint(world, "box nonsense"), "not [number, string, string]");
    assertEquals(await optionsOf(world), DEFAULTS);
  },

  async "health checks are seen, and gone when they are cleared"(world) {
    const set = (checks: unknown): Promise<unknown> =>
      output(world, "box health", { checks: JSON.stringify(checks) });
    await set({ BOX_FULL: { severity: "warning", summary: "the box is full" } });
    await world.until("the check", async () => (await world.health()).BOX_FULL === "the box is full");
    assertStringIncludes(
      await complaint(world, "box health", { checks: '{"full":{"severity":"warning","summary":""}}' }),
      "Cannot take the health checks: full: must look like MY_CHECK",
    );
    await set({});
    await world.until("no check", async () => (await world.health()).BOX_FULL === undefined);
  },

  async "the address of a module is seen"(world) {
    await output(world, "box uri", { uri: "http://127.0.0.1:1/" });
    await world.until("the address", async () => (await world.services()).box === "http://127.0.0.1:1/");
    await output(world, "box uri", { uri: "" });
    await world.until("no address", async () => !("box" in await world.services()));
  },

  async "the cluster log has what a module writes"(world) {
    await output(world, "box log", { channel: "cluster", text: "the box was opened" });
    await world.until("the entry", async () => (await world.clusterLog()).includes("the box was opened"));
  },

  async "a module calls what another one exports, by value"(world) {
    const remote = (module: string, method: string, args: unknown[], ms?: number): Promise<unknown> =>
      output(world, "box remote", { module, method, args: JSON.stringify(args), ...(ms && { ms }) });
    assertEquals(await remote("box", "pair", [{ a: [1, null] }]), {
      value: { first: { a: [1, null] }, second: "default" },
    });
    const failed = (name: string, method: string, message: string) => ({
      name,
      module: "box",
      method,
      message,
    });
    assertEquals(await remote("box", "fail", ["too far"]), failed("RemoteError", "fail", "too far"));
    assertEquals(
      await remote("box", "handleCommand", []),
      failed(
        "MethodNotFoundError",
        "handleCommand",
        "Cannot call box.handleCommand: it is not in EXPORTS of module 'box'",
      ),
    );
    assertEquals(await remote("nobody", "pair", []), {
      name: "ModuleNotFoundError",
      module: "nobody",
      message: "Cannot call nobody.pair: there is no such module",
    });
    assertEquals(await remote("box", "never", [], 50), {
      name: "TimedOutError",
      message: "Cannot call box.never: no answer in 0.05 s",
    });
  },

  async "a module's command answers with its target's errno and words"(world) {
    const send = (target: string, id: string, command: string, ms?: number): Promise<unknown> =>
      output(world, "box send", { target, id, command, ...(ms && { ms }) });
    const said = (retval: number, stderr: string) => ({ retval, stdout: "", stderr, bytes: 0 });
    assertEquals(await send("mon", "", '{"prefix":"no such"}'), said(-22, "command not known"));
    assertEquals(await send("mon", "", "nonsense"), said(-22, "unparseable JSON nonsense"));
    assertEquals(await send("osd", "77", '{"prefix":"version"}'), said(-2, "osd dne"));
    assertEquals(await send("pg", "77.0", '{"prefix":"query"}'), said(-2, "pool dne"));
    assertEquals(await send("mgr", "nobody", '{"prefix":"version"}'), said(-2, "mgr dne"));
    const wrong = (message: string) => ({ name: "RangeError", message });
    assertEquals(await send("osd", "x", '{"prefix":"version"}'), wrong('invalid osd_id: "x"'));
    assertEquals(await send("pg", "x", '{"prefix":"query"}'), wrong('invalid pgid: "x"'));
    assertEquals(await output(world, "box check", { command: '{"prefix":"no such"}' }), {
      name: "CommandError",
      message: "no such failed: command not known retval: -22",
      retval: -22,
      stderr: "command not known",
    });
    const fsid = await output(world, "box send", { target: "mon", id: "", command: '{"prefix":"fsid"}' });
    assertEquals((fsid as { stdout: string }).stdout.trim().length, 36);
  },

  async "options of other modules are read in their types, without their defaults"(world) {
    const read = async (module: string, name: string): Promise<unknown> =>
      (await output(world, "box option of", { module, name }) as { value: unknown }).value;
    const set = (module: string, name: string, value: unknown): Promise<unknown> =>
      output(world, "box option of set", { module, name, value: JSON.stringify(value) });
    const sees = (name: string, value: unknown): Promise<void> =>
      world.until(`${name} is ${value}`, async () => await read("hello", name) === value);
    for (const [module, name] of [["hello", "place"], ["hello", "none"], ["nobody", "place"]]) {
      assertEquals(await read(module!, name!), "otherwise");
    }
    assertEquals(await read("box", "count"), 3);
    assertEquals(await set("hello", "place", "Mars"), { value: null });
    await sees("place", "Mars");
    assertEquals(await set("hello", "emphatic", false), { value: null });
    await sees("emphatic", false);
    for (const name of ["place", "emphatic"]) {
      assertEquals(await set("hello", name, null), { value: null });
      await sees(name, "otherwise");
    }
    const refused = await set("nobody", "place", "Mars") as { message: string };
    assertStringIncludes(refused.message, "unrecognized config option 'mgr/nobody/place'");
    const own = await output(world, "box option of", { module: "box", name: "none" }) as { name: string };
    assertEquals(own.name, "UnknownOptionError");
  },

  async "who may do everything may do this, while his command lasts"(world) {
    assertEquals(await output(world, "box may", { what: '{"pool":"rbd"}' }), [true, false]);
    assertEquals(await output(world, "box must", { what: '{"pool":"rbd"}' }), "done");
  },
};
