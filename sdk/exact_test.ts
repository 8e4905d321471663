/** Numbers of 64 bits as modules get them. */

import { assertEquals } from "@std/assert";
import { formatData, parseData } from "./exact.ts";

Deno.test("parseData() makes bigints of identities and masks, whatever their value", () => {
  const json =
    '{"features":4540138314316775423,"standbys":[{"gid":7,"name":"x"}],"epoch":3,"seq":18446744073709551615}';
  assertEquals(parseData(json), {
    features: 4540138314316775423n,
    standbys: [{ gid: 7n, name: "x" }],
    epoch: 3,
    seq: 18446744073709551615n,
  });
});

Deno.test("parseData() leaves texts and objects under these keys alone", () => {
  const value = {
    json: '{"seq":1}',
    features: { persistent: ["kraken"] },
    metadata: { seq: "12", gid: "\0x" },
    begin: null,
    snapid: 1.5,
  };
  assertEquals(parseData(JSON.stringify(value)), value);
});

Deno.test("formatData() writes what parseData() reads", () => {
  const value = {
    gid: 4140n,
    features: 4540138314316775423n,
    text: "\\u0000 7",
    list: [{ seq: 7n, n: 1.5 }],
  };
  assertEquals(parseData(formatData(value)), value);
});
