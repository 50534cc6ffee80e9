// SPDX-License-Identifier: MIT
// Lines of text for Ink, each cut at the right edge on its own.
import { Text } from "ink";
import type { ReactNode } from "react";

export function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return lines.map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name, and never moves
    <Text key={i} wrap="truncate">
      {line === "" ? " " : line}
    </Text>
  ));
}
