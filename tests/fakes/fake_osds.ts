/** OSDs behind an Objecter: what they were sent, and the answers that a test has them give. */

import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { BackoffOp, MOSDBackoff } from "../../mgr/messages/osd_backoff.ts";
import { MOSDOp } from "../../mgr/messages/osd_op.ts";
import { MOSDOpReply } from "../../mgr/messages/osd_op_reply.ts";
import type { ObjecterLink } from "../../mgr/rados/objecter.ts";

/** An operation that an OSD got. */
export interface SentOp {
  readonly osd: number;
  readonly tid: bigint;
  readonly op: MOSDOp;
}

/** What an answer says beside the defaults. */
export type ReplyPart = Partial<Pick<MOSDOpReply, "result" | "retryAttempt" | "redirect">> & {
  readonly outputs?: readonly Uint8Array[];
};

const NO_VERSION = { version: 0, epoch: 0 };

/** The other side of an Objecter. */
export class FakeOsds implements ObjecterLink {
  /** OSDs with an open session. */
  readonly open = new Set<number>([0, 1, 2, 3]);
  readonly wanted = new Set<number>();
  readonly sent: SentOp[] = [];
  readonly acks: MOSDBackoff[] = [];
  newest: () => Promise<number> = () => Promise.reject(new Error("no monitor"));
  refused: string | undefined;
  blocklistings = 0;
  /** What happens when we are blocklisted. */
  onBlocklisted: () => void = () => {};

  want(osd: number): void {
    this.wanted.add(osd);
  }

  send(osd: number, raw: RawMessage): boolean {
    if (!this.open.has(osd)) return false;
    if (raw.type === MOSDBackoff.type) this.acks.push(unpack(MOSDBackoff, raw));
    else this.sent.push({ osd, tid: raw.tid, op: unpack(MOSDOp, raw) });
    return true;
  }

  newestEpoch(): Promise<number> {
    return this.newest();
  }

  refusal(): string | undefined {
    return this.refused;
  }

  blocklisted(): void {
    this.blocklistings++;
    this.onBlocklisted();
  }

  /** The newest operation. */
  get last(): SentOp {
    return this.sent.at(-1)!;
  }

  /** Which OSDs got what, in order: "0:1 0:2" for tids 1 and 2 at osd.0. */
  get log(): string {
    return this.sent.map(({ osd, tid }) => `${osd}:${tid}`).join(" ");
  }
}

/** The answer to an operation. */
export function replyTo({ tid, op }: SentOp, part: ReplyPart = {}): RawMessage {
  const { outputs = [], ...rest } = part;
  const value: MOSDOpReply = {
    oid: op.oid,
    pgid: op.pgid.pg,
    flags: BigInt(op.flags),
    result: 0,
    badReplayVersion: NO_VERSION,
    osdmapEpoch: op.osdmapEpoch,
    ops: op.ops.map((step, i) => ({ ...step, data: outputs[i] ?? new Uint8Array(0) })),
    retryAttempt: op.retryAttempt,
    rvals: op.ops.map(() => 0),
    replayVersion: NO_VERSION,
    userVersion: 1,
    redirect: undefined,
    ...rest,
  };
  return pack(MOSDOpReply, value, tid);
}

/** BLOCK or UNBLOCK of a part of the PG that an operation is on. */
export function backoffOf(
  { op }: SentOp,
  kind: keyof typeof BackoffOp,
  range: Pick<MOSDBackoff, "begin" | "end">,
  id = 1n,
): RawMessage {
  return pack(MOSDBackoff, { pgid: op.pgid, mapEpoch: op.osdmapEpoch, op: BackoffOp[kind], id, ...range });
}
