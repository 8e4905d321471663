/** A line of text -> words, with the quotes and backslashes of a POSIX shell. Pure. */

/** Throws an Error for a quote that is not closed. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === "'" || char === '"') {
      const [text, end] = quotedPart(line, i);
      word = (word ?? "") + text;
      i = end;
    } else if (char === "\\") word = (word ?? "") + (line[++i] ?? "");
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  return word === undefined ? words : [...words, word];
}

/** The text inside, and where the closing quote is. In double quotes a backslash takes `"` and itself. */
function quotedPart(line: string, start: number): [string, number] {
  const quote = line[start]!;
  let text = "";
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === quote) return [text, i];
    if (quote === '"' && line[i] === "\\" && /["\\]/.test(line[i + 1] ?? "")) i++;
    text += line[i];
  }
  throw new Error(`Cannot read the line: ${quote} is not closed`);
}
