// SPDX-License-Identifier: MIT
// Without colours everything that means something else still looks otherwise.

import { describe, expect, it } from "vitest";
import {
  BOLD,
  Cells,
  COLOR_MASK,
  cellAttributes,
  INVERSE,
  UNDERLINE,
} from "../../src/tui/cells.js";
import { ageAttributes } from "../../src/tui/in-flight-list.js";
import { layoutFor } from "../../src/tui/layout.js";
import { paintMessage } from "../../src/tui/message.js";
import { takeModel } from "../../src/tui/model.js";
import { paintRingMap } from "../../src/tui/ring-map.js";
import { busyScene } from "./scenes.js";

function withoutColor(attributes: number): number {
  return attributes & ~COLOR_MASK;
}

describe("mono", () => {
  it("tells ages apart", () => {
    const looks = [1, 16_000, 28_000].map((ms) => withoutColor(ageAttributes(ms, 30_000)));
    expect(new Set(looks).size).toBe(3);
  });

  it("tells what went well from what did not", () => {
    const rows = (["done", "trouble"] as const).map((tone) => {
      const cells = new Cells(20, 3);
      paintMessage(cells, 2, { text: "released", tone, since: 0 });
      return Array.from(cells.data.subarray(20, 40), (cell) => cell & 0xff).join(" ");
    });
    expect(rows[0]).not.toBe(rows[1]);
  });

  it("tells the selected slot from the consumer's and the producer's position", () => {
    const { watch } = busyScene();
    watch.refresh();
    const model = takeModel(watch);
    const layout = layoutFor({ columns: 120, rows: 40 }, 512);
    if (layout.kind !== "full") throw new Error("no map");
    const { ukring: ring } = layout;
    const look = model.look.ukring;
    const attributesAt = (slot: number, selected: number): number => {
      const cells = new Cells(120, 40);
      paintRingMap(cells, ring, look, model.nowNs, { selected, related: [], held: null });
      const x = ring.map.x + 5 + (slot % ring.perLine);
      return withoutColor(
        cellAttributes(cells.at(x, ring.map.y + Math.floor(slot / ring.perLine))),
      );
    };
    const { consumerSlot, producerSlot } = look.positions;
    if (consumerSlot === null || producerSlot === null) throw new Error("no positions");
    const consumer = attributesAt(consumerSlot, -1);
    const selected = attributesAt(consumerSlot, consumerSlot);
    expect(consumer & INVERSE).toBe(INVERSE);
    expect(selected).toBe(BOLD | INVERSE | UNDERLINE);
    expect(selected).not.toBe(consumer);
    expect(attributesAt(producerSlot, -1) & (UNDERLINE | INVERSE)).toBe(UNDERLINE);
  });
});
