/** Which backend there is, and whether it works. */

import { commands } from "@ganglion/sdk";
import { type JsonObject, NoOrchestrator } from "@ganglion/sdk/orchestrator";
import { ARGS, type Handlers } from "../cli.ts";
import { formatted } from "../format.ts";

const { someText, flag, format } = ARGS;

/** What they are. */
export const BACKEND_COMMANDS = commands({
  "orch set backend": {
    desc: "Select orchestrator module backend",
    perm: "rw",
    args: { module_name: someText },
  },
  "orch status": {
    desc: "Report configured backend and its status",
    perm: "r",
    args: { detail: flag, format },
  },
  "orch pause": { desc: "Pause orchestrator background work", perm: "rw" },
  "orch resume": { desc: "Resume orchestrator background work (if paused)", perm: "rw" },
  "orch cancel": { desc: "Cancel ongoing background operations", perm: "rw" },
});

/** What they answer. */
export const backendHandlers: Handlers<typeof BACKEND_COMMANDS> = {
  "orch set backend": async (cli, { module_name }) => {
    await cli.setBackend(module_name || undefined);
    return "";
  },
  "orch status": async (cli, { detail = false, format = "plain" }) => {
    const backend = cli.backend();
    if (backend === undefined) throw new NoOrchestrator();
    const { available, why, details } = await cli.orchestrator.available();
    const status = { available, backend, ...available ? details : { reason: why } };
    return format === "plain" ? statusText(status, detail) : formatted(format, status);
  },
  "orch pause": async ({ orchestrator }) => {
    await orchestrator.pause();
    return "";
  },
  "orch resume": async ({ orchestrator }) => {
    await orchestrator.resume();
    return "";
  },
  "orch cancel": async ({ orchestrator }) => {
    await orchestrator.cancelCompletions();
    return "";
  },
};

function statusText({ backend, available, reason, paused, workers }: JsonObject, detail: boolean): string {
  const yes = (value: unknown): string => value ? "Yes" : "No";
  return [
    `Backend: ${backend}`,
    `Available: ${yes(available)}${reason === undefined ? "" : ` (${reason})`}`,
    ...paused === undefined ? [] : [`Paused: ${yes(paused)}`],
    ...detail && workers !== undefined ? [`Host Parallelism: ${workers}`] : [],
  ].join("\n");
}
