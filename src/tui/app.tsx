// SPDX-License-Identifier: MIT
// What Ink lays out: the key line and what lies in front of the panels; and where keys come in. It is
// rendered again only when keys or the size change that; what moves by itself is painted around it.

import { Box, Text, useInput } from "ink";
import type { ReactNode } from "react";
import type { Region } from "./cells.js";
import { keyNames } from "./keys.js";
import type { Layout } from "./layout.js";
import { type Hint, insideOf, type Overlay } from "./overlay.js";

export interface AppProps {
  readonly layout: Layout;
  readonly hints: readonly Hint[];
  readonly front: { readonly overlay: Overlay; readonly region: Region } | null;
  /** One call per key, by the names of keys.ts. */
  readonly onKey: (name: string) => void;
}

export function App({ layout, hints, front, onKey }: AppProps): ReactNode {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  const { columns, rows } = layout.size;
  if (layout.kind === "tooSmall") return <Box width={columns} height={rows} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Box height={layout.keys} flexShrink={0} />
      <KeyLine hints={hints} columns={columns} />
      {front ? <Front {...front} /> : null}
    </Box>
  );
}

function Front({ overlay, region }: NonNullable<AppProps["front"]>): ReactNode {
  const { x, y, width, height } = region;
  return (
    <Box
      position="absolute"
      marginLeft={x}
      marginTop={y}
      width={width}
      height={height}
      borderStyle="single"
      flexDirection="column"
      overflow="hidden"
    >
      {overlay.view(insideOf(region))}
    </Box>
  );
}

/** The last two, help and the way out, are there as long as they fit at all. */
const ALWAYS = 2;

/** As many as fit, whole. */
function fitting(hints: readonly Hint[], columns: number): Hint[] {
  const width = ({ key, word }: Hint): number => key.length + word.length + 3;
  let room = columns;
  const last = hints.slice(-ALWAYS).filter((hint) => {
    room -= width(hint);
    return room >= 0;
  });
  const first = hints.slice(0, -ALWAYS).filter((hint) => {
    room -= width(hint);
    return room >= 0;
  });
  return [...first, ...last];
}

function KeyLine({ hints, columns }: { hints: readonly Hint[]; columns: number }): ReactNode {
  return (
    <Text wrap="truncate">
      {fitting(hints, columns).map(({ key, word }) => (
        <Text key={`${key} ${word}`}>
          {"  "}
          <Text bold>{key}</Text> {word}
        </Text>
      ))}
    </Text>
  );
}
