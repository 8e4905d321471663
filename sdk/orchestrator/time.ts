/** Times as Ceph writes them: UTC with six digits of a second. */

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{1,6})\d*(Z|[+-]\d\d:?\d\d)?$/;

/** `2020-04-24T17:06:53.039991Z`; the text must have a fraction of a second. Throws for another form. */
export function cephTime(text: string): string {
  const [, front, fraction = "", zone = "Z"] = STAMP.exec(text) ?? [];
  const ms = front === undefined ? NaN : Date.parse(`${front}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
  if (Number.isNaN(ms)) {
    throw new Error(`Cannot read the time '${text}': write it as 2020-04-24T17:06:53.039991Z`);
  }
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(6, "0")}Z`;
}

/** Now, in that form. */
export function cephNow(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
