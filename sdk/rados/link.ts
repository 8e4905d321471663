/** What stands behind the objects of this folder: the manager, or one in memory. */

import type { CallOptions } from "../remote.ts";
import type { RadosStep } from "./steps.ts";

/** Where objects are. */
export interface ObjectPlace {
  /** Number of the pool. */
  readonly pool: number;
  /** "" is the default one. */
  readonly namespace: string;
  /** Hashed in place of the objects' names; "" = none. */
  readonly locator: string;
}

/** How an operation is treated. */
export interface OperateOptions extends CallOptions {
  /** What `exec` of a method that writes returns is wanted: at most 64 bytes. */
  readonly returnResults?: boolean;
}

/** An object of a listing. */
export interface ListedObject {
  /** "" is the default one. */
  readonly namespace: string;
  /** Its name. */
  readonly name: string;
  /** Its locator; mostly "". */
  readonly locator: string;
}

/** A page of a listing. */
export interface ObjectPage {
  /** Perhaps none, though there are more pages. */
  readonly objects: readonly ListedObject[];
  /** For the next page; undefined: this was the last one. */
  readonly cursor: string | undefined;
}

/** Which page. */
export interface ListOptions extends CallOptions {
  /** Of the page before. */
  readonly cursor?: string | undefined;
  /** So many objects at most: 1024 when it is left out. */
  readonly max?: number;
}

/** Somebody has notified those who watch. */
export interface ObjectNotification {
  /** Number of the notify. */
  readonly notifyId: bigint;
  /** global_id of the client that notified. */
  readonly notifierGid: bigint;
  /** What he says. */
  readonly payload: Uint8Array;
}

/** What comes of a watch. */
export interface WatchHandler {
  /** Somebody notified, and waits: what this returns goes back to him. */
  notified(notification: ObjectNotification): Uint8Array | void | Promise<Uint8Array | void>;
  /** The watch was lost for a while and stands again: notifications may have been missed. */
  interrupted?(reason: string): void;
  /** The watch is over: the object is gone, or this manager may not watch it any more. */
  ended?(reason: string): void;
}

/** A watch that stands. */
export interface Watch extends AsyncDisposable {
  /** Ends it. */
  close(): Promise<void>;
}

/** All answers to a notify. */
export interface NotifyResult {
  /** Those who answered. */
  readonly replies: readonly { readonly gid: bigint; readonly cookie: bigint; readonly reply: Uint8Array }[];
  /** Those who did not answer in time. */
  readonly silent: readonly { readonly gid: bigint; readonly cookie: bigint }[];
}

/** How long those who watch may take. */
export interface NotifyOptions extends CallOptions {
  /** Seconds that they may take: 10 when it is left out. */
  readonly timeoutSeconds?: number;
}

/** The calls of the manager. */
export interface RadosLink {
  /** A pool by its name or number. Rejects with RadosError ENOENT when there is none. */
  openPool(
    pool: string | number,
    options: CallOptions,
  ): Promise<{ readonly id: number; readonly name: string }>;
  /** Does all steps on one object, or none. */
  operate(
    place: ObjectPlace,
    oid: string,
    steps: readonly RadosStep<unknown>[],
    options: OperateOptions,
  ): Promise<{ readonly version: number; readonly results: readonly unknown[] }>;
  /** A page of the objects. */
  list(place: ObjectPlace, options: ListOptions): Promise<ObjectPage>;
  /** Begins to watch. */
  watch(place: ObjectPlace, oid: string, handler: WatchHandler, options: CallOptions): Promise<Watch>;
  /** Tells those who watch. */
  notify(place: ObjectPlace, oid: string, payload: Uint8Array, options: NotifyOptions): Promise<NotifyResult>;
}
