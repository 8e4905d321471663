/** What texts mean for options. */

import { assertEquals, assertThrows } from "@std/assert";
import { BLANK_MGR_MAP } from "../../../mgr/types/mgr_map.ts";
import { optionInfo } from "./option_info.ts";
import { normalizeOption, OptionTextError } from "./option_text.ts";

const read = (name: string, text: string): string => normalizeOption(optionInfo(BLANK_MGR_MAP, name)!, text);

Deno.test("normalizeOption() adds spans of time up", () => {
  const spans = ["90", "1m 5s", " 2h", "1m5s", "1 day"].map((text) => read("mgr_tick_period", text));
  assertEquals(spans, ["90", "65", "7200", "65", "86400"]);
});

Deno.test("normalizeOption() refuses what is no value of the option", () => {
  const wrong = [
    ["mgr_tick_period", "1.5"],
    ["mgr_tick_period", ""],
    ["mgr_tick_period", "5 fortnights"],
    ["osd_max_backfills", "many"],
    ["osd_max_backfills", "-1"],
    ["mgr_stats_threshold", "20"],
    ["mon_warn_on_pool_no_redundancy", "maybe"],
    ["osd_op_queue", "foo"],
  ] as const;
  for (const [name, text] of wrong) assertThrows(() => read(name, text), OptionTextError);
  assertEquals(read("osd_memory_target", "4G"), "4294967296");
});
