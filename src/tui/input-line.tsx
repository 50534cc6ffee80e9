// SPDX-License-Identifier: MIT
// A line of text being typed, with its cursor.
import { Text } from "ink";
import type { ReactNode } from "react";
import { type TextInput, windowOf } from "./text-input.js";

export interface InputLineProps {
  readonly input: TextInput;
  /** Columns. */
  readonly width: number;
  /** False: shown without a cursor. */
  readonly focused: boolean;
}

/** Exactly `width` columns. */
export function InputLine({ input, width, focused }: InputLineProps): ReactNode {
  const { text, cursor } = windowOf(input, width);
  const padded = text.padEnd(Math.max(1, width));
  if (!focused) return <Text wrap="truncate">{padded}</Text>;
  return (
    <Text wrap="truncate">
      {padded.slice(0, cursor)}
      <Text inverse>{padded.charAt(cursor)}</Text>
      {padded.slice(cursor + 1)}
    </Text>
  );
}
