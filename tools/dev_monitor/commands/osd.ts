/** OSDs, pools and the CRUSH map: all tables. Upstream: mon/OSDMonitor.cc */

import type { CommandRow } from "./command.ts";
import { CRUSH_CLASS_COMMANDS } from "./crush_class.ts";
import { CRUSH_PLACE_COMMANDS } from "./crush_place.ts";
import { CRUSH_RULE_COMMANDS } from "./crush_rule.ts";
import { CRUSH_SHOW_COMMANDS } from "./crush_show.ts";
import { OSD_BASIC_COMMANDS } from "./osd_basics.ts";
import { OSD_CREATE_COMMANDS } from "./osd_create.ts";
import { OSD_FLAG_COMMANDS } from "./osd_flags.ts";
import { OSD_DUMP_COMMANDS } from "./osd_dump.ts";
import { POOL_COMMANDS } from "./osd_pool.ts";
import { OSD_STATE_COMMANDS } from "./osd_state.ts";
import { PG_MAP_COMMANDS, PG_PLACE_COMMANDS } from "./pg_place.ts";
import { POOL_APP_COMMANDS } from "./pool_app.ts";
import { POOL_SNAP_COMMANDS } from "./pool_snaps.ts";
import { WEIGHT_SET_COMMANDS } from "./weight_set.ts";

/** In the order of upstream's table. */
export const OSD_COMMANDS: readonly CommandRow[] = [
  ...PG_MAP_COMMANDS,
  ...OSD_BASIC_COMMANDS,
  ...OSD_DUMP_COMMANDS,
  ...CRUSH_SHOW_COMMANDS,
  ...CRUSH_PLACE_COMMANDS,
  ...WEIGHT_SET_COMMANDS,
  ...CRUSH_CLASS_COMMANDS,
  ...CRUSH_RULE_COMMANDS,
  ...OSD_STATE_COMMANDS,
  ...OSD_FLAG_COMMANDS,
  ...OSD_CREATE_COMMANDS,
  ...POOL_COMMANDS,
  ...POOL_APP_COMMANDS,
  ...POOL_SNAP_COMMANDS,
  ...PG_PLACE_COMMANDS,
];
