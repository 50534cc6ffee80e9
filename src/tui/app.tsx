// SPDX-License-Identifier: MIT
// What Ink lays out: the key line and what lies in front of the panels; and where keys come in. It is
// rendered again only when keys or the size change that; what moves by itself is painted around it.

import { Box, Text, useInput } from "ink";
import { type ReactNode, useRef } from "react";
import type { Region } from "./cells.js";
import { KeyReader, type Typed } from "./key-reader.js";
import type { Layout } from "./layout.js";
import { type Hint, insideOf, type Overlay } from "./overlay.js";

export interface AppProps {
  readonly layout: Layout;
  readonly hints: readonly Hint[];
  readonly front: { readonly overlay: Overlay; readonly region: Region } | null;
  /** One call for what was read at once. */
  readonly onTyped: (typed: Typed) => void;
}

export function App({ layout, hints, front, onTyped }: AppProps): ReactNode {
  const reader = useRef(new KeyReader());
  useInput((input, key) => {
    const typed = reader.current.read(input, key);
    if (typed) onTyped(typed);
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
