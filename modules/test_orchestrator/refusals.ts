/** Names of hosts at which `addHost` fails: for tests of what comes of errors. The names are those of Ceph's backend. */

import {
  NoOrchestrator,
  NotImplementedError,
  OrchestratorError,
  OrchestratorValidationError,
} from "@ganglion/sdk/orchestrator";

const ENOENT = -2;

/** What each name throws. */
export const REFUSALS: ReadonlyMap<string, () => never> = new Map(Object.entries({
  raise_validation_error: () => {
    throw new OrchestratorValidationError("MON count must be either 1, 3 or 5");
  },
  raise_error: () => {
    throw new OrchestratorError("host address is empty");
  },
  raise_bug: () => {
    throw new RangeError("division by zero");
  },
  raise_not_implemented: () => {
    throw new NotImplementedError("test_orchestrator does not implement addHost");
  },
  raise_no_orchestrator: () => {
    throw new NoOrchestrator();
  },
  raise_import_error: () => {
    throw new OrchestratorError("test_orchestrator not enabled", ENOENT);
  },
}));
