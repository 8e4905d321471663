/** Tables of the plain output. Upstream: common/TextTable.cc */

/** Which side of a cell is padded. */
export type Align = "left" | "right";

/** One column. */
export interface TableColumn {
  readonly heading: string;
  /** Of the heading; the cells follow it unless they say otherwise. */
  readonly align?: Align;
  readonly cells?: Align;
}

const SEPARATION = "  ";

/** Heading and rows, each line with its line break. Every cell is padded, the last one too. */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ heading }, i) =>
    Math.max(heading.length, ...rows.map((row) => (row[i] ?? "").length))
  );
  const line = (cells: readonly string[], align: (column: TableColumn) => Align): string =>
    columns.map((column, i) => pad(cells[i] ?? "", widths[i]!, align(column))).join(SEPARATION) + "\n";
  const head = line(columns.map(({ heading }) => heading), ({ align }) => align ?? "left");
  return head + rows.map((row) => line(row, ({ align, cells }) => cells ?? align ?? "left")).join("");
}

function pad(text: string, width: number, align: Align): string {
  return align === "left" ? text.padEnd(width) : text.padStart(width);
}
