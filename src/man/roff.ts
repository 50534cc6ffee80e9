// SPDX-License-Identifier: MIT
// Lines of a man page: text is escaped here and nowhere else.

/** As it is to be seen: hyphens that can be copied, no escapes, no requests. */
export function roffText(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll("`", "\\(ga");
  return escaped.replace(/^[.']/gm, "\\&$&");
}

export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

export function section(title: string): string {
  return `.SH ${title}`;
}

/** A term and what it means; both are roff already. */
export function entry(term: string, ...lines: readonly string[]): string {
  return [".TP", term, ...lines].join("\n");
}

/** Lines as they stand. */
export function verbatim(text: string): string {
  return [".PP", ".nf", roffText(text.trimEnd()), ".fi"].join("\n");
}
