/** Tables as the commands of Ceph's orchestrator print them: columns without lines, two blanks behind each. */

/** Title of a column; ">" in front puts its cells to the right. */
export type Column = string;

const GAP = 2;

/** The table as text, without a line break at its end; nothing at all when there are no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const titles = columns.map((column) => column.replace(/^>/, ""));
  const lines = [titles, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => [...line[i]!].length)));
  const cell = (text: string, i: number): string => {
    const blanks = " ".repeat(widths[i]! - [...text].length);
    return (columns[i]!.startsWith(">") ? blanks + text : text + blanks) + " ".repeat(GAP);
  };
  return lines.map((line) => line.map(cell).join("")).join("\n");
}
