// SPDX-License-Identifier: MIT
// One row of the table as SVG.

import { VirtualScreen } from "../tui/virtual-screen.js";
import { type Grid, readGrid } from "./grid.js";
import { withProgram } from "./program-screen.js";
import type { Picture } from "./scene-table.js";
import { svgOf } from "./svg.js";

async function gridOf({ scene, columns, rows, theme, glyphs, keys }: Picture): Promise<Grid> {
  if (scene.kind === "program") {
    const look = ["--theme", theme, ...(glyphs === "ascii" ? ["--ascii"] : [])];
    return withProgram({ columns, rows, args: [...scene.args, ...look], keys }, readGrid);
  }
  const shown = new VirtualScreen(scene.open(), { columns, rows, colors: true, theme, glyphs });
  try {
    await shown.type(...keys.filter((key) => typeof key === "string"));
    return readGrid(await shown.emulator());
  } finally {
    shown.close();
  }
}

export async function draw(picture: Picture): Promise<string> {
  return svgOf(await gridOf(picture), `tgtctl top: ${picture.title}`);
}
