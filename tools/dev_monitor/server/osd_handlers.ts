/** Messages of OSDs. Upstream: OSDMonitor::preprocess_query, prepare_update */

import type { Handler } from "./handlers.ts";

/** By message number. */
export const OSD_HANDLERS: readonly (readonly [number, Handler])[] = [];
