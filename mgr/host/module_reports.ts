/** What one module says to the cluster while it serves: its health checks, address, progress and perf queries. */

import type { MetricKind } from "../types/metric_message.ts";
import type { HealthCheck } from "../types/health.ts";
import type { ProgressEvent } from "../types/progress.ts";
import type { PlainVerb } from "./permissions/need.ts";
import type { ClusterLink } from "./cluster_link.ts";

/** Progress events of one module: each is a line of `ceph -s`. */
export const MAX_PROGRESS_EVENTS = 100;

/** Nothing of it outlives the module's process. */
export class ModuleReports {
  readonly #link: ClusterLink;
  readonly #queries = new Map<MetricKind, Set<number>>();
  #healthChecks: ReadonlyMap<string, HealthCheck> = new Map();
  #progress = new Map<string, ProgressEvent>();
  #uri = "";

  constructor(link: ClusterLink) {
    this.#link = link;
  }

  get healthChecks(): ReadonlyMap<string, HealthCheck> {
    return this.#healthChecks;
  }

  set healthChecks(checks: ReadonlyMap<string, HealthCheck>) {
    this.#healthChecks = checks;
    this.#link.changed("health");
  }

  /** Where it serves; empty when it does not. */
  get uri(): string {
    return this.#uri;
  }

  set uri(uri: string) {
    this.#uri = uri;
    this.#link.changed("services");
  }

  get progress(): ReadonlyMap<string, ProgressEvent> {
    return this.#progress;
  }

  /** Adds or replaces an event; undefined removes it. Throws when there are too many. */
  setProgress(id: string, event: ProgressEvent | undefined): void {
    if (event === undefined) this.#progress.delete(id);
    else {
      if (!this.#progress.has(id) && this.#progress.size >= MAX_PROGRESS_EVENTS) {
        throw new Error(
          `Cannot add a progress event: ${MAX_PROGRESS_EVENTS} are there already; complete some`,
        );
      }
      this.#progress.set(id, event);
    }
    this.#link.changed("health");
  }

  /** Removes all events. */
  clearProgress(): void {
    this.#progress.clear();
    this.#link.changed("health");
  }

  /** The module asks for counters: the query is withdrawn when the module ends. */
  queryAdded(kind: MetricKind, id: number): void {
    this.#queries.set(kind, (this.#queries.get(kind) ?? new Set()).add(id));
  }

  /** Whether the query is this module's own. */
  hasQuery(kind: MetricKind, id: number): boolean {
    return this.#queries.get(kind)?.has(id) ?? false;
  }

  queryRemoved(kind: MetricKind, id: number): void {
    this.#queries.get(kind)?.delete(id);
  }

  /** Takes back what the module may not say any more. */
  restrict(may: (verb: PlainVerb) => boolean): void {
    if (!may("health") && this.#healthChecks.size > 0) this.healthChecks = new Map();
    if (!may("uri") && this.#uri !== "") this.uri = "";
    if (!may("progress") && this.#progress.size > 0) this.clearProgress();
    if (!may("perf_query")) this.#endQueries();
  }

  /** Nothing of what it said is true any more. */
  forget(): void {
    const { size } = this.#healthChecks;
    this.#healthChecks = new Map();
    this.#forgetWork(size > 0);
  }

  /** It does nothing at the moment; what it last said of the cluster's health still holds. */
  forgetWork(): void {
    this.#forgetWork(false);
  }

  #forgetWork(otherHealth: boolean): void {
    if (otherHealth || this.#progress.size > 0) this.#link.changed("health");
    if (this.#uri !== "") this.#link.changed("services");
    this.#progress = new Map();
    this.#uri = "";
    this.#endQueries();
  }

  #endQueries(): void {
    for (const [kind, ids] of this.#queries) for (const id of ids) this.#link.removePerfQuery(kind, id);
    this.#queries.clear();
  }
}
