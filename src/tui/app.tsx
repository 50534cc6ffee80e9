// SPDX-License-Identifier: MIT
// What Ink lays out: separators, the key line, the help; and where keys come in. It is rendered
// again only when keys or the size change that; what moves by itself is painted around it.

import { Box, Text, useInput } from "ink";
import type { ReactNode } from "react";
import { KEYS, keyNames } from "./keys.js";
import type { FullLayout, Layout } from "./layout.js";

export interface AppProps {
  readonly layout: Layout;
  readonly help: boolean;
  /** One call per key, by the names of keys.ts. */
  readonly onKey: (name: string) => void;
}

export function App({ layout, help, onKey }: AppProps): ReactNode {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  const { columns, rows } = layout.size;
  if (layout.kind === "tooSmall") return <Box width={columns} height={rows} />;
  const skeleton = layout.kind === "full" ? <Skeleton layout={layout} /> : null;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box flexDirection="column" height={layout.keys} overflow="hidden">
        {help ? <Help columns={columns} /> : skeleton}
      </Box>
      <KeyLine columns={columns} />
    </Box>
  );
}

function Line({ children }: { children: string }): ReactNode {
  return <Text wrap="truncate">{children}</Text>;
}

function dashes(width: number, corner: number | null): string {
  if (corner === null) return "-".repeat(width);
  return `${"-".repeat(corner)}+${"-".repeat(Math.max(0, width - corner - 1))}`;
}

function Skeleton({ layout }: { layout: FullLayout }): ReactNode {
  const { separator, sideBySide, list, inspector, events, size } = layout;
  const corner = sideBySide ? list.width : null;
  const rows = Array.from({ length: inspector.height }, (_, i) => {
    const isListTitle = events !== null && inspector.y + i === list.y - 1;
    return isListTitle ? `${"-".repeat(list.width)}|` : `${" ".repeat(list.width)}|`;
  });
  return (
    <>
      <Box height={separator} flexShrink={0} />
      <Line>{dashes(size.columns, corner)}</Line>
      {sideBySide ? <Line>{rows.join("\n")}</Line> : null}
    </>
  );
}

/** Wide enough for every word of the key line. */
const FULL_KEY_LINE = 54;

function KeyLine({ columns }: { columns: number }): ReactNode {
  const shown = KEYS.filter((row) => row.line !== null);
  return (
    <Text wrap="truncate">
      {columns >= FULL_KEY_LINE ? " arrows move" : ""}
      {shown.map((row) => (
        <Text key={row.action}>
          {"  "}
          <Text bold>{row.shown.split(" ")[0]}</Text> {row.line}
        </Text>
      ))}
    </Text>
  );
}

const HELP_WIDTH = 14;
const LEGEND = [
  "#  a CMD_REQ whose answer is kept back (tgtctl held)",
  "q d t  last held CMD_REQ, CMD_DONE, TSK_MGMT_REQ; free again",
  "r m    last held CMD_RSP, TSK_MGMT_RSP; free again",
  "upper case: published, not consumed      !  something is wrong",
  ". never used   underlined: producer   inverse: consumer   bright: new",
];

function Help({ columns }: { columns: number }): ReactNode {
  const rows = KEYS.filter((row) => row.help !== "");
  return (
    <>
      {rows.map((row) => (
        <Line key={row.action}>{` ${row.shown.padEnd(HELP_WIDTH)}${row.help}`}</Line>
      ))}
      {columns >= 72 ? <Line>{["", ...LEGEND.map((text) => ` ${text}`)].join("\n")}</Line> : null}
    </>
  );
}
