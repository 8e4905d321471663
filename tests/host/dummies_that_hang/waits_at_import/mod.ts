/** Waits for what never comes. */

import { MgrModule } from "@ganglion/sdk";

await new Promise(() => setInterval(() => {}, 1000));

/** Is never seen. */
export default class WaitsAtImport extends MgrModule {}
