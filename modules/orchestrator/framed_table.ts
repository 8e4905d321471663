/** Tables with a title and lines around their cells. */

/** Blanks behind a cell; there are none in front. */
const GAP = 2;

/** The table as text, without a line break at its end. The title must not be wider than the table. */
export function framedTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)) + GAP);
  const inner = widths.reduce((sum, width) => sum + width + 1, -1);
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+`;
  const row = (line: readonly string[]): string =>
    `|${line.map((text, i) => text.padEnd(widths[i]!)).join("|")}|`;
  return [
    `+${"-".repeat(inner)}+`,
    `|${centred(title, inner - GAP)}${" ".repeat(GAP)}|`,
    ...[rule, row(columns), rule],
    ...rows.map(row),
    rule,
  ].join("\n");
}

/** Where the blanks do not divide, texts of even length have one more in front. */
function centred(text: string, width: number): string {
  const blanks = width - text.length;
  const before = Math.floor(blanks / 2) + (blanks % 2 === 1 && text.length % 2 === 0 ? 1 : 0);
  return `${" ".repeat(before)}${text}`.padEnd(width);
}
