// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { levelOf, OccupancyTrace, TRACE_FRAMES } from "../../src/tui/occupancy-trace.js";

describe("how full the rings were", () => {
  it("is nothing for an empty ring, and the top for a full one only", () => {
    expect([0, 1, 16, 256, 511, 512].map((n) => levelOf(n, 512)).join("")).toBe(" ▁▄▇▇█");
    expect(levelOf(100_000, 512)).toBe("█");
  });

  it("moves on where something happened, and stands still where nothing did", () => {
    const trace = new OccupancyTrace(512);
    trace.add({ kuring: 512, ukring: 0 }, 1);
    trace.add({ kuring: 512, ukring: 0 }, 1);
    expect(trace.line("kuring")).toBe("█".padStart(TRACE_FRAMES));
    trace.add({ kuring: 512, ukring: 0 }, 2);
    trace.add({ kuring: 0, ukring: 1 }, 2);
    expect(trace.line("kuring")).toBe("██ ".padStart(TRACE_FRAMES));
    expect(trace.line("ukring")).toBe("▁".padStart(TRACE_FRAMES));
  });
});
