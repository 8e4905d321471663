/** What is thrown when an answer does not come in time. */

/** Nobody has answered in time; what was asked for may have been done. Modules get it as the SDK's class of this name. */
export class TimedOutError extends Error {
  override readonly name = "TimedOutError";
}
