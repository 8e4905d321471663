/** A monitor as a process of its own, for tests that kill it: `monitor_process.ts STORE PORT`. */

import { systemClock } from "../../mgr/time/clock.ts";
import { printError } from "../../tools/print.ts";
import { DevMonitor } from "../../tools/dev_monitor/dev_monitor.ts";

const [store, port] = Deno.args;
new DevMonitor({
  store: store!,
  ip: "127.0.0.1",
  portMin: Number(port),
  portMax: Number(port),
  clock: systemClock,
  onFatal(error) {
    printError(error.message);
    Deno.exit(1);
  },
});
