/** Methods of object classes. Only those of `hello` are here; others are answered as by an OSD that lacks them. */

import { OpCode } from "../../../mgr/rados/op_codes.ts";
import { nameOfBytes } from "../../../mgr/types/object_name.ts";
import { Errno, existing, type Step, type StepCall, StepError, type StepOutput } from "./step.ts";

/** osd_class_default_list: what is not in it nobody may call. */
const CLASSES: ReadonlySet<string> = new Set(
  "cephfs hello journal lock log numops otp rbd refcount rgw rgw_gc timeindex user version cas cmpomap queue 2pc_queue fifo"
    .split(" "),
);

/** Upstream: cls/hello/cls_hello.cc */
const MAX_NAME = 100;
const RETURN_VALUE = 42;
const utf8 = new TextEncoder();

type Method = (call: StepCall, input: Uint8Array) => StepOutput | void;

function greeting(input: Uint8Array): Uint8Array {
  if (input.length > MAX_NAME) throw new StepError(Errno.invalid);
  return utf8.encode(`Hello, ${nameOfBytes(input) || "world"}!`);
}

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["hello.say_hello", (_, input) => ({ out: greeting(input) })],
  ["hello.record_hello", ({ draft }, input) => {
    if (draft.exists) throw new StepError(Errno.exists);
    const text = greeting(input);
    draft.change((object) => object.write(0, text));
  }],
  ["hello.replay", (call) => ({ out: existing(call).read(0, 0) })],
  ["hello.write_return_data", ({ draft }) => {
    draft.change(({ xattrs }) => void xattrs.set("foo", utf8.encode("bar")));
    return { out: utf8.encode("you might see this"), rval: RETURN_VALUE };
  }],
]);

const call: Step = (step) => {
  const { union, data } = step;
  const [classLength, methodLength] = [union.u8(), union.u8()];
  const cls = nameOfBytes(data.subarray(0, classLength));
  const method = nameOfBytes(data.subarray(classLength, classLength + methodLength));
  if (!CLASSES.has(cls)) throw new StepError(Errno.perm);
  const run = METHODS.get(`${cls}.${method}`);
  if (run === undefined) throw new StepError(Errno.notSupported);
  return run(step, data.subarray(classLength + methodLength));
};

/** By op code. */
export const CLASS_STEPS: readonly (readonly [number, Step])[] = [[OpCode.call, call]];
