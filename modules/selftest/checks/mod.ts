/** All checks, in their order. */

import type { Check } from "./check.ts";
import { checkMonCommands, checkOsdCommands, checkStorage } from "./commands.ts";
import { checkCounters, checkPerfQueries } from "./counters.ts";
import { checkCephOptions, checkDaemons, checkData, checkIdentity } from "./getters.ts";
import { checkOtherOptions, checkUnknownOptions } from "./other_options.ts";
import { checkDefaults, checkRefusals, checkWrites } from "./options.ts";
import { checkCrush, checkOsdMap } from "./osd_map.ts";
import { checkReports } from "./reports.ts";
import { checkBytes, checkLocalized, checkStore } from "./store.ts";

export { checkRemote } from "./remote.ts";
export type { Tested } from "./check.ts";

/** Maps come first: what else goes wrong may follow from them. */
export const CHECKS: readonly Check[] = [
  checkOsdMap,
  checkCrush,
  checkIdentity,
  checkData,
  checkDaemons,
  checkCephOptions,
  checkWrites,
  checkDefaults,
  checkRefusals,
  checkOtherOptions,
  checkUnknownOptions,
  checkStore,
  checkBytes,
  checkLocalized,
  checkReports,
  checkCounters,
  checkPerfQueries,
  checkMonCommands,
  checkOsdCommands,
  checkStorage,
];
