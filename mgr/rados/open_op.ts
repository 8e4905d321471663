/** An operation from the call to its answer. */

import type { MOSDOpReply } from "../messages/osd_op_reply.ts";
import type { OsdOp } from "../types/osd_op.ts";
import type { UTime } from "../types/utime.ts";
import type { OsdQueue } from "./osd_queue.ts";
import type { Placement, Target } from "./placement.ts";

/** What is asked of an object. */
export interface OpRequest {
  readonly target: Target;
  readonly steps: readonly OsdOp[];
  /** OpFlag, beside those that follow from the steps. */
  readonly flags?: number;
  /** For error texts: "read object 'a' of pool 'p'". */
  readonly action: string;
  /** Bytes that may come back. */
  readonly expected?: number;
  /** It fails when its OSD is lost, instead of going to the next one. */
  readonly once?: boolean;
  /** Pauses and full pools do not hold it. */
  readonly unheld?: boolean;
  /** Milliseconds; 0 = none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A step with no data takes this much in the window all the same. */
const OVERHEAD_BYTES = 512;

/** An operation that has no answer yet. */
export class OpenOp {
  tid: bigint;
  target: Target;
  /** OpFlag without those of a single sending. */
  flags: number;
  placement: Placement | undefined;
  /** The OSD that it waits for or was sent to. */
  queue: OsdQueue | undefined;
  /** It is at the OSD, as far as we know. */
  sent = false;
  /** How often it was sent; the number of a sending is one less. */
  attempts = 0;
  readonly request: OpRequest;
  readonly mtime: UTime;
  /** What it takes in the window of its OSD. */
  readonly bytes: number;
  readonly settle: (answer: MOSDOpReply | Error) => void;

  constructor(
    tid: bigint,
    request: OpRequest,
    flags: number,
    mtime: UTime,
    settle: (answer: MOSDOpReply | Error) => void,
  ) {
    this.tid = tid;
    this.target = request.target;
    this.flags = flags;
    this.request = request;
    this.mtime = mtime;
    this.bytes = bytesOf(request);
    this.settle = settle;
  }
}

/** Memory that an operation takes while it is open: what is sent, and what may come back. */
export function bytesOf({ steps, expected = 0 }: Pick<OpRequest, "steps" | "expected">): number {
  return steps.reduce((sum, { data }) => sum + data.length, expected) + OVERHEAD_BYTES;
}
