/** Commands that a module sends: recorded, and answered as a test says. */

import type { CommandReply as Reply } from "../../mgr/host/contract.ts";
import type { NeedOf } from "../../mgr/host/permissions/need.ts";
import type { CommandReply, CommandTarget } from "../command.ts";
import { TimedOutError } from "../errors.ts";

const EINVAL = -22;
const { setTimeout: after, clearTimeout: cancel } = globalThis;

/** A command that the module has sent. */
export interface SentCommand {
  /** To whom. */
  readonly target: CommandTarget;
  /** To which of them; "" is the quorum of the monitors. */
  readonly id: string;
  /** Its name: "osd tree". */
  readonly prefix: string;
  /** Its arguments, without the prefix. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Its input as text. */
  readonly inbuf: string;
}

/** What a target answers: what is left out is 0 or empty. */
export type TestReply = Partial<Pick<CommandReply, "retval" | "stdout" | "stderr" | "bytes">>;

/** An answer, or what makes one of the command. */
export type CommandAnswer = TestReply | ((command: SentCommand) => TestReply | Promise<TestReply>);

/** Answers by prefix. */
export class SentCommands {
  readonly sent: SentCommand[] = [];
  readonly #answers = new Map<string, CommandAnswer>();
  readonly #allow: (need: NeedOf<"command">) => void;

  /** `allow` throws for a command that the module may not send. */
  constructor(allow: (need: NeedOf<"command">) => void) {
    this.#allow = allow;
  }

  /** What a command answers from now on. */
  answer(prefix: string, answer: CommandAnswer): void {
    this.#answers.set(prefix, answer);
  }

  /** Records it, and answers. Rejects for one that the test says nothing of. */
  async send(target: string, id: string, text: string, input: Uint8Array, timeoutMs: number): Promise<Reply> {
    const command = readCommand(text);
    if (command === undefined) return reply({ retval: EINVAL, stderr: `unparseable JSON ${text}` });
    const { prefix, ...args } = command;
    this.#allow({ verb: "command", target: target as CommandTarget, prefix, args });
    checkId(target, id);
    const inbuf = new TextDecoder().decode(input);
    const sent = { target: target as CommandTarget, id, prefix, args, inbuf };
    this.sent.push(sent);
    const answer = this.#answers.get(prefix);
    if (answer === undefined) {
      throw new Error(`Cannot answer '${prefix}': say what by TestManager.answerCommand("${prefix}", ..)`);
    }
    return await inTime(prefix, timeoutMs, async () => {
      return reply(typeof answer === "function" ? await answer(sent) : answer);
    });
  }
}

async function inTime<T>(prefix: string, ms: number, run: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const text = `Cannot complete command '${prefix}': no answer of the monitors in ${ms / 1000} s`;
  const timer = after(() => late.reject(new TimedOutError(text)), ms);
  try {
    return await Promise.race([run(), late.promise]);
  } finally {
    cancel(timer);
  }
}

function readCommand(text: string): { readonly prefix: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isCommand = typeof value === "object" && value !== null && "prefix" in value;
    return isCommand ? { ...value, prefix: String(value.prefix) } : undefined;
  } catch {
    return undefined;
  }
}

/** Upstream: ceph_send_command in mgr/BaseMgrModule.cc */
function checkId(target: string, id: string): void {
  if (target === "osd" && !/^-?\d+$/.test(id)) throw new RangeError(`invalid osd_id: "${id}"`);
  if (target === "pg" && !/^\d+\.[0-9a-f]+$/.test(id)) throw new RangeError(`invalid pgid: "${id}"`);
}

function reply({ retval = 0, stdout = "", stderr = "", bytes }: TestReply): Reply {
  return { retval, stdout: bytes ?? new TextEncoder().encode(stdout), stderr };
}
