/** Runs every minute. */

import { MgrModule } from "@ganglion/sdk";

/** Writes down each round. */
export default class Ticks extends MgrModule {
  override async serve(): Promise<void> {
    await this.setStore("rounds", String(Number(this.getStore("rounds") ?? 0) + 1));
  }
}
