/** File systems: none, said as Ceph says it. Upstream: mon/MDSMonitor.cc */

import { dumpFsMap } from "../../../mgr/types/fs_map.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { EMPTY_FS_MAP } from "../state/fs_map.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, type CommandRow, rows, show, showLine } from "./command.ts";

const fsMapJson = (): CephJson => dumpFsMap(EMPTY_FS_MAP);

function stat(call: Call): Answer {
  const json = { fsmap: fsMapJson(), mdsmap_first_committed: 1, mdsmap_last_committed: 1 };
  return call.format === "plain" ? { out: "" } : showLine(call, json);
}

function fsDump(call: Call): Answer {
  const { epoch, defaultCompat, legacyClientFscid } = EMPTY_FS_MAP;
  const incompat = [...defaultCompat.incompat.names].map(([id, name]) => `${id}=${name}`).join(",");
  const text = [
    `e${epoch}`,
    "enable_multiple, ever_enabled_multiple: 1,1",
    `default compat: compat={},rocompat={},incompat={${incompat}}`,
    `legacy client fscid: ${legacyClientFscid}`,
    " ",
    "No filesystems configured",
  ].join("\n");
  return { ...show(call, fsMapJson(), `${text}\n`), err: `dumped fsmap epoch ${epoch}` };
}

const nothing = (json: CephJson) => (call: Call): Answer => show(call, json);

/** In the order of upstream's table. */
export const MDS_COMMANDS: readonly CommandRow[] = [
  ...rows("mds", [
    ["mds stat", "r", "show MDS status", stat, 32],
    [
      "fs dump name=epoch,type=CephInt,range=0,req=false",
      "r",
      "dump all CephFS status, optionally from epoch",
      fsDump,
    ],
    [
      "mds metadata name=who,type=CephString,req=false",
      "r",
      "fetch metadata for mds <role>",
      nothing([]),
    ],
    [
      "mds count-metadata name=property,type=CephString",
      "r",
      "count MDSs by metadata field property",
      nothing({}),
    ],
    ["mds versions", "r", "check running versions of MDSs", nothing({})],
    [
      "mds ok-to-stop name=ids,type=CephString,n=N",
      "r",
      "check whether stopping the specified MDS would reduce immediate availability",
      ({ args }) => ({ err: `should be safe to stop [${args.strings("ids").join(",")}]` }),
    ],
  ]),
  ...rows("fs", [
    ["fs ls", "r", "list filesystems", (call) => showLine(call, [], "No filesystems enabled\n")],
    ["fs get name=fs_name,type=CephString", "r", "get info about one filesystem", ({ args }) => {
      throw fail("noent", `filesystem '${args.string("fs_name")}' not found`);
    }],
  ]),
];
