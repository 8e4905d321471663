/** Features of RBD images by name: the one option whose text is turned into a number. */

const NAMES = [
  "layering",
  "striping",
  "exclusive-lock",
  "object-map",
  "fast-diff",
  "deep-flatten",
  "journaling",
  "data-pool",
  "operations",
  "migrating",
];

/** The sum of the bits as text; what is neither a number nor names stays as it is. Upstream: librbd/Features.cc */
export function rbdFeatureMask(text: string): string {
  const bits = text.split(",").map((name) => NAMES.indexOf(name.trim()));
  return text === "" || bits.includes(-1) ? text : String(bits.reduce((sum, bit) => sum + 2 ** bit, 0));
}
