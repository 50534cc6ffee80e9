// SPDX-License-Identifier: MIT
// The pictures of the documentation, one row each: what is shown, how large, in which theme, after
// which keys.

import type { Watch } from "../../src/session/watch.js";
import type { Glyphs } from "../../src/tui/glyphs.js";
import type { ThemeName } from "../../src/tui/theme.js";
import { busyScene, heldScene, imageScene } from "../tui/scenes.js";

export interface Picture {
  /** Of the file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly theme: ThemeName;
  readonly glyphs: Glyphs;
  readonly scene: Scene;
  /** Typed one after the other; a number is a pause in milliseconds (of a program only). */
  readonly keys: readonly (string | number)[];
}

export type Scene =
  /** Always the same. */
  | { readonly kind: "still"; readonly open: () => Watch }
  /** `tgtctl top` with these arguments; times and counts differ from run to run. */
  | { readonly kind: "program"; readonly args: readonly string[] };

const HELD = ["-D", "sim:depth=26,read=70,rate=400,seed=7", "--own"];

export const PICTURES: readonly Picture[] = [
  picture("held-120x40", "26 commands held on the simulator", [120, 40], program(HELD), [
    1500,
    "H",
    900,
    "\t",
    "\t",
    "\t",
    "j",
    "j",
  ]),
  picture("inject-120x40", "what goes out, before it does", [120, 40], program(HELD), [
    1500,
    "i",
    400,
    "bad-mid",
    400,
  ]),
  picture("stopped-120x40", "a ring whose responder has stopped reading", [120, 40], {
    kind: "still",
    open: () => imageScene("ring-aborts-pending.bin"),
  }),
  picture("busy-80x24", "80 columns", [80, 24], { kind: "still", open: () => busyScene().watch }),
  picture("summary-40x10", "40 columns", [40, 10], { kind: "still", open: () => heldScene(26) }),
  {
    ...picture("mono-80x24", "a serial line: no colours, ASCII only", [80, 24], {
      kind: "still",
      open: () => busyScene().watch,
    }),
    theme: "mono",
    glyphs: "ascii",
  },
];

function program(args: readonly string[]): Scene {
  return { kind: "program", args };
}

function picture(
  name: string,
  title: string,
  [columns, rows]: readonly [number, number],
  scene: Scene,
  keys: readonly (string | number)[] = [],
): Picture {
  return { name, title, columns, rows, theme: "truecolor", glyphs: "unicode", scene, keys };
}
