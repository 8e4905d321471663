/** The OSDMap that a command is about. */

import { OsdMap } from "../../../mgr/types/osd_map.ts";
import { fail } from "../commands/args.ts";
import type { Call } from "../commands/command.ts";

/** Of `epoch`, or the present one. Throws a CommandError for an epoch that is not kept. */
export function mapOfEpoch({ args, monitor }: Call): OsdMap {
  const { map, history } = monitor.state.osd;
  const epoch = args.optionalNumber("epoch") ?? 0;
  if (epoch === 0 || epoch === map.epoch) return map;
  const past = history.get(epoch);
  if (!past) throw fail("noent", `there is no map for epoch ${epoch}`);
  return OsdMap.decode(past.full);
}
