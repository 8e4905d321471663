/** What may be done to monitors, where there is but one: mostly nothing. Upstream: MonmapMonitor.cc, Monitor.cc */

import { monFeatureNames } from "../../../mgr/types/mon_map.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, type CommandRow, rows, showLine } from "./command.ts";

/** The one monitor. */
const ONLY = "a";

function featureLs(call: Call): Answer {
  const { persistentFeatures, optionalFeatures, epoch } = call.monitor.state.mon.map;
  const withValue = call.args.flag("with_value");
  // The features are the lowest bits, without a gap.
  const names = (bits: bigint): string[] =>
    monFeatureNames(bits).map((name, bit) => (withValue ? `${name}(${2 ** bit})` : name));
  const all = names(persistentFeatures);
  const required = names(persistentFeatures | optionalFeatures);
  const list = `[${all.join(",")}]`;
  const text =
    `all features\n\tsupported: ${list}\n\tpersistent: ${list}\non current monmap (epoch ${epoch})\n` +
    `\tpersistent: ${list}\n\trequired: [${required.join(",")}]\n`;
  return showLine(call, {
    all: { supported: all, persistent: all },
    monmap: { persistent: all, optional: names(optionalFeatures), required },
  }, text);
}

/** All features are set from the start. */
function featureSet({ args, monitor }: Call): Answer {
  const name = args.string("feature_name");
  if (!monFeatureNames(monitor.state.mon.map.persistentFeatures).includes(name)) {
    throw fail("noent", `unknown feature '${name}'`);
  }
  if (args.flag("yes_i_really_mean_it")) return {};
  throw fail(
    "perm",
    `please specify '--yes-i-really-mean-it' if you really, **really** want to set feature 'mon_feature_t([${name}])' in the monmap.`,
  );
}

function remove({ args }: Call): Answer {
  const name = args.string("name");
  if (name !== ONLY) return { err: `mon.${name} does not exist or has already been removed` };
  throw fail("inval", `error: refusing removal of last monitor ${name}`);
}

function okToStop({ args }: Call): Answer {
  const ids = args.strings("ids");
  const list = `[${ids.join(",")}]`;
  if (!ids.includes(ONLY)) return { err: `quorum should be preserved (${ONLY}) after stopping ${list}` };
  throw fail("busy", `not enough monitors would be available () after stopping mons ${list}`);
}

function okToRemove({ args }: Call): Answer {
  const id = args.string("id");
  if (id !== ONLY) return { err: `mon.${id} does not exist` };
  throw fail("busy", `removing mon.${id} would break quorum`);
}

const ID = "name=id,type=CephString";

/** In the order of upstream's table. */
export const MON_CHANGE_COMMANDS: readonly CommandRow[] = rows("mon", [
  [
    "mon ok-to-stop name=ids,type=CephString,n=N",
    "r",
    "check whether mon(s) can be safely stopped without reducing immediate availability",
    okToStop,
  ],
  [
    "mon ok-to-add-offline",
    "r",
    "check whether adding a mon and not starting it would break quorum",
    () => {
      throw fail("busy", "adding a monitor may break quorum (until that monitor starts)");
    },
  ],
  [
    `mon ok-to-rm ${ID}`,
    "r",
    "check whether removing the specified mon would break quorum",
    okToRemove,
  ],
  ["mon rm name=name,type=CephString", "rw", "remove monitor named <name>", remove],
  ["mon remove name=name,type=CephString", "rw", "remove monitor named <name>", remove, 4],
  [
    "mon feature ls name=with_value,type=CephChoices,strings=--with-value,req=false",
    "r",
    "list available mon map features to be set/unset",
    featureLs,
  ],
  [
    "mon feature set name=feature_name,type=CephString name=yes_i_really_mean_it,type=CephBool,req=false",
    "rw",
    "set provided feature on mon map",
    featureSet,
  ],
  ["mon enable-msgr2", "rw", "enable the msgr2 protocol on port 3300", () => ({})],
]);
