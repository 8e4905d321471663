/** What orchestrators and their clients reject with. They keep class and errno on their way between modules. */

const ENOENT = -2;
const EINVAL = -22;

/** Deployment, configuration or the user's input is at fault; the message is for the user. Upstream: OrchestratorError */
export class OrchestratorError extends Error {
  /** Its class. */
  override readonly name: string = "OrchestratorError";
  /** What a command answers with: a negative errno. */
  readonly errno: number;

  /** EINVAL unless something else is said. */
  constructor(message: string, errno: number = EINVAL) {
    super(message);
    this.errno = errno;
  }
}

/** No backend is chosen. Upstream: NoOrchestrator */
export class NoOrchestrator extends OrchestratorError {
  /** `NoOrchestrator` */
  override readonly name = "NoOrchestrator";

  /** The message says what to do. */
  constructor(message = "No orchestrator configured (try `ceph orch set backend`)") {
    super(message, ENOENT);
  }
}

/** A backend cannot do what a specification asks for. Upstream: OrchestratorValidationError */
export class OrchestratorValidationError extends OrchestratorError {
  /** `OrchestratorValidationError` */
  override readonly name = "OrchestratorValidationError";
}

/** A specification is not right. Upstream: SpecValidationError in ceph/deployment/hostspec.py */
export class SpecValidationError extends OrchestratorError {
  /** `SpecValidationError` */
  override readonly name = "SpecValidationError";
}

/** A backend does not have that method. Upstream: NotImplementedError */
export class NotImplementedError extends OrchestratorError {
  /** `NotImplementedError` */
  override readonly name = "NotImplementedError";

  /** A command answers ENOENT. */
  constructor(message: string) {
    super(message, ENOENT);
  }
}

type Fields = readonly [message: string, errno: number];

const CLASSES: Readonly<Record<string, (...fields: Fields) => OrchestratorError>> = {
  OrchestratorError: (message, errno) => new OrchestratorError(message, errno),
  NoOrchestrator: (message) => new NoOrchestrator(message),
  OrchestratorValidationError: (message, errno) => new OrchestratorValidationError(message, errno),
  SpecValidationError: (message, errno) => new SpecValidationError(message, errno),
  NotImplementedError: (message) => new NotImplementedError(message),
};

/** What a call of a backend came to, as it travels between modules: `remote()` alone would lose the class. */
export type OrchResult =
  | { readonly result: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly errno: number } };

/** Runs a call. Errors that are no OrchestratorError go on as they are: they are faults of the backend. */
export async function orchResult(call: () => unknown): Promise<OrchResult> {
  try {
    return { result: await call() };
  } catch (e) {
    if (!(e instanceof OrchestratorError)) throw e;
    const { name, message, errno } = e;
    return { error: { name, message, errno } };
  }
}

/** The result, or throws the error that it stands for. Upstream: raise_if_exception */
export function unwrapResult(result: OrchResult): unknown {
  if (!("error" in result)) return result.result;
  const { name, message, errno } = result.error;
  const make = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : CLASSES.OrchestratorError!;
  throw make(message, errno);
}
