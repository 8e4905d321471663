/** Uses the cluster before it is there. */

import { MgrModule } from "@ganglion/sdk";

/** Reads the store in its constructor. */
export default class AsksInConstructor extends MgrModule {
  constructor() {
    super();
    this.getStore("key");
  }
}
