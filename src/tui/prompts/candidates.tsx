// SPDX-License-Identifier: MIT
// The line of what could be typed next, the chosen one among it.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { Completion } from "../../expression/completion.js";

/** Whole candidates in `width` columns, the chosen one among them; two blanks stand between them. */
export function candidatesIn(
  candidates: readonly string[],
  chosen: number,
  width: number,
): { readonly first: number; readonly shown: readonly string[]; readonly more: boolean } {
  const last = Math.max(0, Math.min(chosen, candidates.length - 1));
  let first = last;
  let room = width - (candidates[last]?.length ?? 0);
  // those before it, then as many behind as there is room for
  while (first > 0 && room >= (candidates[first - 1]?.length ?? 0) + 2) {
    first--;
    room -= (candidates[first]?.length ?? 0) + 2;
  }
  let end = last + 1;
  while (end < candidates.length && room >= (candidates[end]?.length ?? 0) + 2) {
    room -= (candidates[end]?.length ?? 0) + 2;
    end++;
  }
  return { first, shown: candidates.slice(first, end), more: end < candidates.length };
}

interface CandidatesProps {
  readonly completion: Completion;
  readonly chosen?: number;
  readonly width: number;
}

export function Candidates({ completion, chosen = -1, width }: CandidatesProps): ReactNode {
  const { what, candidates } = completion;
  if (what === "") return <Text> </Text>;
  if (candidates.length === 0) return <Text dimColor>{` ${what}`}</Text>;
  const room = width - what.length - 4;
  const { first, shown, more } = candidatesIn(candidates, chosen, room);
  return (
    <Text wrap="truncate">
      <Text dimColor>{` ${what}:`}</Text>
      {shown.map((each, i) => (
        <Text key={each}>
          {first > 0 && i === 0 ? " <" : "  "}
          <Text inverse={first + i === chosen}>{each}</Text>
        </Text>
      ))}
      {more ? " >" : ""}
    </Text>
  );
}
