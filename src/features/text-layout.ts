// SPDX-License-Identifier: MIT
// Laying out plain text for 80 columns: wrapping, aligned tables, hex lines.

export const WIDTH = 80;

/** Replaces everything but printable ASCII, so that no name can reach the terminal's controls. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

/** Breaks at spaces, and inside a word only if it is wider than `width`. At least one line. */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

/** Wrapped text with every line indented by `indent` spaces. */
export function indented(text: string, indent: number): string {
  const lines = wrap(text, WIDTH - indent);
  return lines.map((line) => `${" ".repeat(indent)}${line}\n`).join("");
}

/** A line for a screen: what does not fit in `width` goes on below, `indent` spaces in. */
export function hanging(line: string, indent: number, width = WIDTH): string[] {
  if (line.length <= width) return [line];
  const text = line.trimStart();
  const margin = Math.min(line.length - text.length, Math.floor(width / 2));
  const [first = ""] = wrap(text, width - margin);
  const more = wrap(text.slice(first.length).trimStart(), width - indent);
  return [" ".repeat(margin) + first, ...more.map((part) => " ".repeat(indent) + part)];
}

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/**
 * A table whose last column takes what is left of the line and wraps. `after(i)`: lines to put
 * below row `i`. Every line ends with a newline and has no trailing blanks.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  after: (row: number) => string = () => "",
): string {
  const fixed = columns.slice(0, -1).map(({ title, align }, i) => ({
    align,
    width: rows.reduce((width, row) => Math.max(width, (row[i] ?? "").length), title.length),
  }));
  const indent = fixed.reduce((sum, { width }) => sum + width + 1, 0);
  const format = (cells: readonly string[]): string => {
    const left = fixed.map(({ align, width }, i) => {
      const cell = cells[i] ?? "";
      return align === "left" ? cell.padEnd(width) : cell.padStart(width);
    });
    const [first = "", ...more] = wrap(cells[fixed.length] ?? "", Math.max(10, WIDTH - indent));
    const lines = [[...left, first].join(" "), ...more.map((line) => " ".repeat(indent) + line)];
    return lines.map((line) => `${line.trimEnd()}\n`).join("");
  };
  const body = rows.map((row, i) => format(row) + after(i));
  return format(columns.map(({ title }) => title)) + body.join("");
}

/** `  0000  00 01 ...  |..|`, 16 bytes a line; a run of equal lines shows as one and a `*`. */
export function hexLines(bytes: Uint8Array, indent: number): string {
  const margin = " ".repeat(indent);
  let last = "";
  let starred = false;
  let out = "";
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const digits = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = part.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".")).join("");
    if (digits === last) {
      if (!starred) out += `${margin}*\n`;
      starred = true;
      continue;
    }
    starred = false;
    last = digits;
    const offset = at.toString(16).padStart(4, "0");
    out += `${margin}${offset}  ${digits.padEnd(47)}  |${ascii}|\n`;
  }
  return out;
}
