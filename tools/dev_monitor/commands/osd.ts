/** OSDs, pools and the CRUSH map: all tables. Upstream: mon/OSDMonitor.cc */

import type { CommandRow } from "./command.ts";
import { OSD_BASIC_COMMANDS } from "./osd_basics.ts";

/** In the order of upstream's table. */
export const OSD_COMMANDS: readonly CommandRow[] = [...OSD_BASIC_COMMANDS];
