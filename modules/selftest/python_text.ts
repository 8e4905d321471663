/** Values in the words of Ceph's self-test, which prints them with Python's `str()`. */

/** A line of `None`, `True` or `False`; of texts and numbers as they are. */
export function pythonLine(value: unknown): string {
  return `${pythonText(value)}\n`;
}

function pythonText(value: unknown): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
