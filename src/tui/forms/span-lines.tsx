// SPDX-License-Identifier: MIT
// The looks of a form's lines, for Ink; each reads on a terminal without colours, too.
import { Text, type TextProps } from "ink";
import type { ReactNode } from "react";
import type { Line, Look } from "./spans.js";

const LOOKS: Readonly<Record<Look, TextProps>> = {
  plain: {},
  name: { color: "cyan" },
  dim: { dimColor: true },
  bold: { bold: true },
  cursor: { inverse: true },
  changed: { color: "yellow", bold: true, inverse: true },
  trouble: { color: "red", bold: true },
  done: { color: "green", bold: true },
};

export function SpanLines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  return lines.map((line, y) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name, and never moves
    <Text key={y} wrap="truncate">
      {line.length === 0 ? " " : null}
      {line.map(({ text, look }, x) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nor has a span
        <Text key={x} {...LOOKS[look]}>
          {text}
        </Text>
      ))}
    </Text>
  ));
}
