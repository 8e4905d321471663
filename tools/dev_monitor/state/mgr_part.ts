/** The MgrMap, the commands and the metadata of managers. Upstream: mon/MgrMonitor.cc */

import { type Codec, Decoder } from "../../../mgr/encoding/mod.ts";
import { BLANK_MGR_MAP, MgrMap } from "../../../mgr/types/mgr_map.ts";
import { MonCommand } from "../../../mgr/types/mon_command.ts";
import {
  jsonBytes,
  merged,
  type Metadata,
  pack,
  parseJsonBytes,
  type Part,
  unpackRow,
  versionKey,
} from "./part.ts";

/** Maps that `mgr dump EPOCH` can show. Upstream keeps 500; nobody looks that far back here. */
const KEPT_EPOCHS = 50;

/** What changes. */
export interface MgrChange {
  /** The next epoch. */
  readonly map?: MgrMap;
  /** Replaces the whole table. */
  readonly commands?: readonly MonCommand[];
  /** By name of the manager. */
  readonly metadata?: ReadonlyMap<string, Metadata | undefined>;
}

/** What is known of managers. */
export interface MgrState {
  readonly map: MgrMap;
  readonly commands: readonly MonCommand[];
  readonly metadata: ReadonlyMap<string, Metadata>;
  /** Encoded maps by epoch, the present one included. */
  readonly history: ReadonlyMap<number, Uint8Array>;
}

const Commands: Codec<readonly MonCommand[]> = {
  decode: (d) => d.list(MonCommand.decode),
  encode: (e, commands) => void e.list(commands, MonCommand.encode),
};

/** Rows: `map/EPOCH`, `commands`, `metadata/NAME`. */
export const MgrPart: Part<MgrState, MgrChange> = {
  empty: { map: BLANK_MGR_MAP, commands: [], metadata: new Map(), history: new Map() },
  apply: (state, change) => ({
    map: change.map ?? state.map,
    commands: change.commands ?? state.commands,
    metadata: change.metadata ? merged(state.metadata, change.metadata) : state.metadata,
    history: change.map ? withEpoch(state.history, change.map) : state.history,
  }),
  *rows(after, { map, commands, metadata }) {
    if (map) {
      yield [`map/${versionKey(map.epoch)}`, after.history.get(map.epoch)];
      yield [`map/${versionKey(map.epoch - KEPT_EPOCHS)}`, undefined];
    }
    if (commands) yield ["commands", pack(Commands, commands)];
    for (const [name, values] of metadata ?? []) {
      yield [`metadata/${name}`, values && jsonBytes([...values])];
    }
  },
  load(rows) {
    const history = new Map<number, Uint8Array>();
    const metadata = new Map<string, Metadata>();
    for (const [key, value] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = key.slice(key.indexOf("/") + 1);
      if (key.startsWith("map/")) history.set(Number(name), value);
      if (key.startsWith("metadata/")) metadata.set(name, new Map(parseJsonBytes<[string, string][]>(value)));
    }
    const newest = [...history.values()].at(-1);
    return {
      map: newest ? MgrMap.decode(new Decoder(newest)) : BLANK_MGR_MAP,
      commands: unpackRow(Commands, rows.get("commands")) ?? [],
      metadata,
      history,
    };
  },
};

function withEpoch(history: ReadonlyMap<number, Uint8Array>, map: MgrMap): ReadonlyMap<number, Uint8Array> {
  const next = new Map(history).set(map.epoch, pack(MgrMap, map));
  next.delete(map.epoch - KEPT_EPOCHS);
  return next;
}
