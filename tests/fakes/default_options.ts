/** A configuration in which nothing is set. */

import { type OptionName, OPTIONS, type OptionValueOf } from "../../mgr/config/options.ts";
import { parseOption } from "../../mgr/types/option_value.ts";

/** `Config.get` of a manager without any configuration. */
export const DEFAULT_OPTIONS = {
  get<N extends OptionName>(name: N): OptionValueOf<N> {
    const { type, default: text } = OPTIONS[name];
    return parseOption(type, text) as OptionValueOf<N>;
  },
};
