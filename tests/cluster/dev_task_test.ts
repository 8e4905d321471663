/** `deno task mgr` with nothing installed and no cluster named: from an empty directory to a manager that answers. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Person } from "./person.ts";

const ROOT = fileURLToPath(import.meta.resolve("../../"));

const fsidOf = (screen: string): string => /development cluster (\S+)/.exec(screen)![1]!;

Deno.test("`deno task mgr` bare is a living cluster that stays from one run to the next", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-bare-" });
  try {
    await using person = new Person(directory);
    const screen = await person.start("--dev");
    assertMatch(screen, /osd {7}6 simulated on 3 hosts, 6 up/);
    assertStringIncludes(screen, `${directory}/.dev/ceph.conf`);
    assertStringIncludes(screen, "For development only");
    assertEquals((await person.ceph("hello")).stdout, "Hello, world!\n");
    assertStringIncludes((await person.ceph("-s")).stdout, "osd: 6 osds: 6 up");
    assertEquals((await person.ceph("config-key", "set", "kept", "yes")).code, 0);
    await installs(directory);
    const second = await person.mgr("--dev");
    assertEquals([second.code, second.stdout], [1, ""]);
    assertStringIncludes(second.stderr, "a development cluster runs already in");
    assertEquals((await person.stop()).code, 0);
    const again = await person.start("--dev");
    assertEquals(fsidOf(again), fsidOf(screen));
    assertEquals((await person.ceph("config-key", "get", "kept")).stdout, "yes");
    assertEquals((await person.stop()).code, 0);
    const fresh = await person.start("--dev", "--fresh");
    assert(fsidOf(fresh) !== fsidOf(screen));
    assertEquals((await person.ceph("config-key", "get", "kept")).code, 2);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** The command that docs/cli.md tells, in a tree of its own, and what it installs. */
async function installs(directory: string): Promise<void> {
  const [, words] = /^ {4}deno (install .*)$/m.exec(await Deno.readTextFile(`${ROOT}docs/cli.md`))!;
  const root = `${directory}/installed`;
  const install = [...words!.split(" "), "--root", root];
  install.splice(1, 0, "-f");
  assertEquals((await output(Deno.execPath(), install, ROOT)).code, 0);
  const script = `PATH=${root}/bin:$PATH
ganglion hello
source <(ganglion completion bash)
COMP_WORDS=(ganglion osd cru)
COMP_CWORD=2
_ganglion_complete
echo "\${COMPREPLY[@]}"`;
  assertEquals((await output("bash", ["-c", script], directory)).stdout, "Hello, world!\ncrush\n");
}

async function output(program: string, args: readonly string[], cwd: string) {
  const { code, ...bytes } = await new Deno.Command(program, { args: [...args], cwd, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(bytes.stdout) };
}

Deno.test("`deno task mgr` with a ceph.conf is the real daemon, and asks for an id", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-conf-" });
  try {
    await Deno.writeTextFile(`${directory}/ceph.conf`, "[global]\nmon host = 127.0.0.1:1\n");
    await using person = new Person(directory);
    const bare = await person.mgr();
    assertEquals(bare.code, 2);
    assertStringIncludes(bare.stderr, `"deno task mgr --dev" runs a development cluster instead`);
    assertEquals((await person.mgr("--fresh")).code, 2);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["ceph.conf"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
