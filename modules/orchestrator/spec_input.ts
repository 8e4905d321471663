/** Specifications as users give them: YAML, of which JSON is a part. */

import { type Json, OrchestratorValidationError } from "@ganglion/sdk/orchestrator";
import { loadAll, YAML11_SCHEMA } from "js-yaml";

/** All documents that are not empty. Throws OrchestratorValidationError with the place of the mistake. */
export function readYaml(text: string): readonly Json[] {
  try {
    const documents = loadAll(text, { schema: YAML11_SCHEMA }) as Json[];
    return documents.filter((document) => document !== null && document !== undefined);
  } catch (e) {
    throw new OrchestratorValidationError(`Invalid YAML received: ${(e as Error).message}`);
  }
}
