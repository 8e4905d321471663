/** What the development cluster grants by itself. */

import { assertEquals } from "@std/assert";
import { GRANTS_FRONT, readRecord, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { missingGrants } from "./grants.ts";

async function withModule(manifest: string, body: (root: string) => void): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "ganglion-grants-" });
  try {
    Deno.mkdirSync(`${root}/box`);
    Deno.writeTextFileSync(`${root}/box/deno.json`, manifest);
    body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const asking = (...permissions: string[]): string => JSON.stringify({ mgr: { permissions } });

Deno.test("missingGrants() grants what a manifest asks for, but not programs of the machine", () =>
  withModule(asking("health", "get *", "run /bin/sh"), (root) => {
    const [[key, value]] = [...missingGrants([root], new Map())] as [[string, Uint8Array]];
    assertEquals(key, `${GRANTS_FRONT}box`);
    assertEquals(readRecord(value).granted, ["health", "get *"]);
    assertEquals(missingGrants([root], new Map([[key, value]])).size, 0);
  }));

Deno.test("missingGrants() keeps what was revoked until the manifest asks for something else", () =>
  withModule(asking("health", "uri"), (root) => {
    const key = `${GRANTS_FRONT}box`;
    const revoked = writeRecord({ granted: ["uri"], decided: ["health", "uri"] });
    assertEquals(missingGrants([root], new Map([[key, revoked]])).size, 0);
    Deno.writeTextFileSync(`${root}/box/deno.json`, asking("health", "uri", "progress"));
    const value = missingGrants([root], new Map([[key, revoked]])).get(key)!;
    assertEquals(readRecord(value).granted, ["health", "uri", "progress"]);
  }));

Deno.test("missingGrants() passes over what is no module", () =>
  withModule("{", (root) => {
    Deno.writeTextFileSync(`${root}/notes`, "");
    assertEquals(missingGrants([root, `${root}/nosuch`, `${root}/notes`], new Map()).size, 0);
  }));
