// SPDX-License-Identifier: MIT
// Ring images in the built program, in a pty: cell by cell what the screen shows without one.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { imageScene } from "../scenes.js";
import { closeShells } from "../shell.js";
import { VirtualScreen } from "../virtual-screen.js";
import {
  expectSame,
  golden,
  goldenName,
  inEachStyle,
  program,
  SIZES,
  withoutCost,
} from "./program-screen.js";

closeShells();

const GOLDEN_IMAGE = "ring-aborts-pending.bin";
const IMAGES = [
  GOLDEN_IMAGE,
  "ring-after-probe.bin",
  "ring-busy.bin",
  "ring-full.bin",
  "ring-idle.bin",
  "ring-stopped.bin",
  "ring-wrapped.bin",
];
const ESCAPE = "\x1b";
/** To the events and two up, to their slot; the help, and back. */
const KEYS = ["\t", "\t", "k", "k", "\r", "?", ESCAPE];

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** The same image without program and pty. */
function inProcess(image: string, colors: boolean): VirtualScreen {
  const [[columns, rows]] = SIZES;
  const made = new VirtualScreen(imageScene(image), { columns, rows, colors });
  open.push(made);
  return made;
}

async function compare(image: string, colors: boolean): Promise<void> {
  const shown = program(`-D fixtures/${image}`, colors);
  const actual = async () => withoutCost(await shown.picture());
  const virtual = inProcess(image, colors);
  const wanted = () => virtual.picture();
  for (const size of SIZES) {
    const name = goldenName(image, size, colors);
    shown.resize(size[0], size[1]);
    virtual.resize(size[0], size[1]);
    await expectSame(name, actual, wanted);
    for (const key of KEYS) {
      shown.type(key);
      await virtual.type(key);
      if (key === ESCAPE) await sleep(50); // Escape alone is told after a pause
      await expectSame(`${name} after ${JSON.stringify(key)}`, actual, wanted);
    }
    expect(await wanted()).not.toContain("arrows scroll");
  }
}

it.each(IMAGES)(
  "%s is shown as without the program, after keys and at each size",
  async (image) => {
    await inEachStyle((colors) => compare(image, colors));
  },
);

it("the golden image is its golden at every size", async () => {
  await inEachStyle(async (colors) => {
    const shown = program(`-D fixtures/${GOLDEN_IMAGE}`, colors);
    for (const size of SIZES) {
      shown.resize(size[0], size[1]);
      const name = goldenName("image", size, colors);
      const actual = async () => withoutCost(await shown.picture());
      await expectSame(name, actual, () => Promise.resolve(golden(".", name)));
    }
  });
});
