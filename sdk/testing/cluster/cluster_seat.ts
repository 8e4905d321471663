/** The seat of one manager at a cluster in memory: what it hears of it, and what it adds to it. */

import { type HealthCheck as Check, HealthSeverity } from "../../../mgr/types/health.ts";
import type { HealthCheck } from "../../context.ts";
import { ClusterAnswers } from "./cluster_answers.ts";
import { type ClusterInside, type ClusterListener, insideOf, type TestCluster } from "./test_cluster.ts";

/** One for each test manager. */
export class ClusterSeat {
  readonly answers: ClusterAnswers;
  readonly #inside: ClusterInside;
  readonly #module: string;
  readonly #mgrId: string;
  #said = "";

  constructor(cluster: TestCluster, module: string, mgrId: string, listener: ClusterListener) {
    this.#inside = insideOf(cluster);
    this.#module = module;
    this.#mgrId = mgrId;
    this.answers = new ClusterAnswers(this.#inside.model, mgrId);
    this.#inside.listeners.add({
      happened: (type, id) => listener.happened(type, id),
      monitors: (connected) => {
        this.answers.connected = connected;
        return listener.monitors(connected);
      },
    });
  }

  /** The manager is active from now on, or stands by. */
  take(role: "active" | "standby"): void {
    const { model } = this.#inside;
    const others = [model.managers.active, ...model.managers.standbys].filter((id) => id !== this.#mgrId);
    const [other = "y", ...rest] = others.sort();
    const [active, standbys] = role === "active"
      ? [this.#mgrId, [other, ...rest]]
      : [other, [this.#mgrId, ...rest]];
    model.setManagers({
      active,
      standbys,
      modules: [{ name: this.#module, ...ABLE }],
      activeSinceMs: Date.now(),
    });
  }

  /** What the module says of itself: other modules and the monitors see it with the next report. */
  reports(checks: Readonly<Record<string, HealthCheck>>, uri: string): void {
    const said = JSON.stringify([checks, uri]);
    if (said === this.#said) return;
    this.#said = said;
    void this.#inside.change(() => {
      const { model } = this.#inside;
      model.setManagers({ services: new Map(uri === "" ? [] : [[this.#module, uri]]) });
      model.setModuleChecks(new Map(Object.entries(checks).map(([code, check]) => [code, checkOf(check)])));
    }).catch(() => {
      // Without monitors nobody hears of it.
    });
  }
}

const ABLE = { canRun: true, errorString: "", moduleOptions: new Map() };

function checkOf({ severity, summary, detail = [], count }: HealthCheck): Check {
  return {
    severity: HealthSeverity[severity === "error" ? "error" : "warn"],
    summary,
    detail,
    count: count ?? Math.max(1, detail.length),
  };
}
