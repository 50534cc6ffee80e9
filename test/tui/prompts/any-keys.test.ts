// SPDX-License-Identifier: MIT
// Whatever is typed into what lies in front: nothing throws, and nothing but text reaches the terminal.

import fc from "fast-check";
import { expect, it } from "vitest";
import { VirtualScreen } from "../virtual-screen.js";
import { FakeOwner, ownedScene } from "./prompt-scenes.js";

const OURS = /\x1b\[[0-9;]*[mHJC]/g;

const SPECIAL = [
  "\r",
  "\t",
  "\x1b[A",
  "\x1b[B",
  "\x1b[D",
  "\x7f",
  "\x15",
  "\x17",
  "\x1b",
  "\x1b[6~",
  "\x1b[Z",
];
const WORDS = [
  ...["/", ":", "b", "f", "r", "a", "o", "x", " ", "&&", "==", "("],
  ...[
    "break add ",
    "lun list",
    "hold",
    "release ",
    "opcode",
    "READ_10",
    "filter ",
    "--set ",
    "goto kuring 7",
  ],
];
const key = fc.oneof(
  fc.constantFrom(...SPECIAL),
  fc.constantFrom(...WORDS),
  fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
);
/** Leaves, suspends, writes a file, or to the clipboard: somebody else's. */
const OTHER = /[\x03\x1aPy]/;
const SIZES = [
  [120, 40],
  [80, 24],
  [40, 10],
  [20, 5],
] as const;

it("stays on the screen as text", async () => {
  const owner = new FakeOwner();
  // nothing a ring or a client can say is to be trusted
  owner.add("lun == 1\n\t&& lun\r== 2 \x1b[2J\u009b\u{1f4a9}");
  const keys = fc.array(key, { minLength: 5, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(keys, fc.constantFrom(...SIZES), async (typed, [columns, rows]) => {
      const shown = new VirtualScreen(ownedScene(owner), {
        columns,
        rows,
        colors: true,
        glyphs: "ascii",
      });
      try {
        for (const each of typed) {
          if (OTHER.test(each)) continue;
          await shown.type(each);
          shown.view.frame();
        }
        expect(shown.take().replace(OURS, "")).toMatch(/^[\x20-\x7e]*$/);
      } finally {
        shown.close();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
