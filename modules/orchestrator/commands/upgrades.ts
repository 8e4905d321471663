/** `orch upgrade`. */

import { commands } from "@ganglion/sdk";
import { OrchestratorValidationError, type UpgradeTarget } from "@ganglion/sdk/orchestrator";
import { ARGS, type Handlers } from "../cli.ts";
import { resultText } from "../result_text.ts";

const { someText, someNumber, flag } = ARGS;
const INDENT = 4;

/** What they are. */
export const UPGRADE_COMMANDS = commands({
  "orch upgrade check": {
    desc: "Check service versions vs available and target containers",
    perm: "rw",
    args: { image: someText, ceph_version: someText },
  },
  "orch upgrade ls": {
    desc: "Check for available versions (or tags) we can upgrade to",
    perm: "r",
    args: { image: someText, tags: flag },
  },
  "orch upgrade status": {
    desc: "Check the status of any potential ongoing upgrade operation",
    perm: "rw",
  },
  "orch upgrade start": {
    desc: "Initiate upgrade",
    perm: "rw",
    args: {
      image: someText,
      ceph_version: someText,
      daemon_types: someText,
      hosts: someText,
      services: someText,
      limit: someNumber,
    },
  },
  "orch upgrade pause": { desc: "Pause an in-progress upgrade", perm: "rw" },
  "orch upgrade resume": { desc: "Resume paused upgrade", perm: "rw" },
  "orch upgrade stop": { desc: "Stop an in-progress upgrade", perm: "rw" },
});

/** What they answer. */
export const upgradeHandlers: Handlers<typeof UPGRADE_COMMANDS> = {
  "orch upgrade check": async ({ orchestrator }, { image, ceph_version }) =>
    resultText(await orchestrator.upgradeCheck(target(image, ceph_version))),
  "orch upgrade ls": async ({ orchestrator }, { image, tags = false }) =>
    JSON.stringify(await orchestrator.upgradeLs(image, tags), null, INDENT),
  "orch upgrade status": async ({ orchestrator }) => {
    const { target_image, in_progress, which, services_complete, progress, message, is_paused } =
      await orchestrator
        .upgradeStatus();
    const shown = { target_image, in_progress, which, services_complete, progress, message, is_paused };
    return JSON.stringify(shown, null, INDENT);
  },
  "orch upgrade start": async (
    { orchestrator },
    { image, ceph_version, daemon_types, hosts, services, limit },
  ) =>
    resultText(
      await orchestrator.upgradeStart({
        ...target(image, ceph_version),
        ...daemon_types && { daemonTypes: daemon_types.split(",") },
        ...hosts && { hosts },
        ...services && { services: services.split(",") },
        ...limit !== undefined && { limit },
      }),
    ),
  "orch upgrade pause": async ({ orchestrator }) => resultText(await orchestrator.upgradePause()),
  "orch upgrade resume": async ({ orchestrator }) => resultText(await orchestrator.upgradeResume()),
  "orch upgrade stop": async ({ orchestrator }) => resultText(await orchestrator.upgradeStop()),
};

/** A version in the place of an image is a mistake that many make. */
function target(image: string | undefined, version: string | undefined): UpgradeTarget {
  if (image && version === undefined && /^v?\d+\.\d+\.\d+$/.test(image)) {
    throw new OrchestratorValidationError(
      `Error: unable to pull image name \`${image}\`.\n` +
        `  Maybe you meant \`--ceph-version ${image.replace(/^v/, "")}\`?`,
    );
  }
  return { ...image && { image }, ...version && { version } };
}
