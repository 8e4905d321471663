/** Commands of modules, as they are sent, and those that are not. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { FakeLink } from "../../../tests/host/fake_link.ts";
import type { Need } from "../permissions/need.ts";
import { commandCalls, MAX_COMMAND_CHARS } from "./commands.ts";
import { PendingCalls } from "./pending_calls.ts";

class Fixture {
  readonly link = new FakeLink();
  readonly pending = new PendingCalls(new FakeClock());
  readonly sent: unknown[] = [];
  readonly needs: Need[] = [];
  readonly tags: string[] = [];
  refusal: Error | undefined;
  readonly side = commandCalls(this);

  constructor() {
    this.link.answerCommand = (target, id, command, { timeoutMs }) => {
      this.sent.push([target, id, command, timeoutMs]);
      return Promise.resolve({ retval: -17, stdout: new Uint8Array([1]), stderr: "said the target" });
    };
  }

  allow(_call: string, need: Need): void {
    this.needs.push(need);
    if (this.refusal !== undefined) throw this.refusal;
  }

  commandAnswered(tag: string): void {
    this.tags.push(tag);
  }

  send(text: string, target = "mon", id = "", tag = ""): Promise<unknown> {
    return this.side.sendCommand(1, target, id, text, new Uint8Array(), 1000, tag);
  }
}

Deno.test("sendCommand hands on a command as it was read, and the target's answer as it is", async () => {
  const f = new Fixture();
  const reply = { retval: -17, stdout: new Uint8Array([1]), stderr: "said the target" };
  assertEquals(await f.send('{"prefix":"osd out","ids":["1",2],"prefix":"osd in"}'), reply);
  assertEquals(f.sent, [["mon", "", { prefix: "osd in", ids: ["1", 2] }, 1000]]);
});

Deno.test("sendCommand tells the tag of each command that was answered, and of no other", async () => {
  const f = new Fixture();
  await f.send('{"prefix":"osd tree"}', "mon", "", "first");
  await f.send("nonsense", "mon", "", "second");
  f.link.answerCommand = () => Promise.reject(new Error("no answer"));
  await assertRejects(() => f.send('{"prefix":"osd tree"}', "mon", "", "third"), Error, "no answer");
  await assertRejects(() => f.send('{"prefix":"osd tree"}', "mon", "", "x".repeat(257)), TypeError);
  assertEquals(f.tags, ["first"]);
});

Deno.test("sendCommand asks for what is sent, of two keys with one name too, and sends nothing that is refused", async () => {
  const f = new Fixture();
  await f.send('{"prefix":"osd tree","prefix":"osd purge","id":"1","id":"2"}');
  assertEquals(f.needs, [{ verb: "command", target: "mon", prefix: "osd purge", args: { id: "2" } }]);
  f.refusal = new Error("no");
  await assertRejects(() => f.send('{"prefix":"osd tree"}'), Error, "no");
  assertEquals(f.sent.length, 1);
});

Deno.test("sendCommand answers EINVAL for what is no command, as the monitors do", async () => {
  const f = new Fixture();
  for (
    const text of [
      "nonsense",
      "[]",
      "null",
      "{}",
      '{"prefix":1}',
      '{"prefix":"a","b":{}}',
      '{"prefix":"a","b":[[]]}',
    ]
  ) {
    assertEquals(await f.send(text), {
      retval: -22,
      stdout: new Uint8Array(),
      stderr: `unparseable JSON ${text}`,
    });
  }
  assertEquals(f.sent, []);
});

Deno.test("sendCommand refuses what is too long, targets that there are not, and arguments of other types", async () => {
  const f = new Fixture();
  await assertRejects(() => f.send(`{"prefix":"${"a".repeat(MAX_COMMAND_CHARS)}"}`), TypeError);
  await assertRejects(() => f.send('{"prefix":"a"}', "client"), TypeError, "Cannot take the command");
  await assertRejects(() => f.send('{"prefix":"a"}', "osd", 1 as never), TypeError);
});
