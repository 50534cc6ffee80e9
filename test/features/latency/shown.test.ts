// SPDX-License-Identifier: MIT
// A report as text, table, document and picture.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latencyDocument } from "../../../src/features/latency/document.js";
import type { Measured } from "../../../src/features/latency/measured.js";
import { summaryLines } from "../../../src/features/latency/summary-text.js";
import { latencySvg } from "../../../src/features/latency/svg.js";
import { tableLines } from "../../../src/features/latency/table-text.js";
import type { LatencyBreak } from "../../../src/session/latency/report.js";
import { expectGolden } from "../../tui/golden.js";
import { distributionOf, steadyReport, worstSample } from "./reports.js";

const here = dirname(fileURLToPath(import.meta.url));
const OWNER: Measured = {
  device: "/dev/tgt",
  role: "owner",
  owner: "",
  intervalNs: null,
  priority: 0,
};
const PACED: Measured = { ...OWNER, intervalNs: 500_000, priority: 80 };
const BESIDE: Measured = { ...OWNER, role: "observer", owner: "pid 4121 (tgtd)" };
const observed = steadyReport("poll", { stages: null, whole: null, missed: 12 });

describe("the summary", () => {
  it.each([
    ["owner", steadyReport(), PACED],
    ["observer", observed, BESIDE],
    ["round-trip", steadyReport("epoll", { measure: "round-trip", stages: null, awake: 0 }), OWNER],
    [
      "nothing",
      steadyReport("uv", {
        samples: 0,
        coalesced: 0,
        awake: 0,
        wakeup: distributionOf([]),
        stages: null,
        whole: null,
        worst: [],
      }),
      OWNER,
    ],
  ] as const)("of %s", (name, report, measured) => {
    expectGolden(here, `summary-${name}.txt`, `${summaryLines(report, measured).join("\n")}\n`);
  });

  it("is 80 columns wide, however large the numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000_000_000 }), fc.nat(2 ** 31), (ns, count) => {
        const whole = distributionOf([ns]);
        const stages = {
          wakeup: whole,
          consume: whole,
          answer: whole,
          kernel: whole,
          return: whole,
        };
        const each = { wakeup: ns, consume: ns, answer: ns, kernel: ns, return: ns };
        const worst = [
          worstSample({
            wakeup_ns: ns,
            t_ns: ns * 1000,
            cid: count,
            events: 512,
            stages: each,
            whole_ns: ns,
          }),
        ];
        const report = steadyReport("epoll", {
          wakeup: whole,
          stages,
          whole,
          worst,
          samples: count * 4,
          missed: count,
        });
        for (const line of summaryLines(report, PACED)) expect(line.length).toBeLessThanOrEqual(80);
        for (const line of tableLines([steadyReport()], PACED))
          expect(line.length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

it("the table is one line a mode, in microseconds", () => {
  const uncertain = steadyReport("spin", { wakeup: distributionOf([]), over_time: [], missed: 7 });
  expect(tableLines([steadyReport(), uncertain], PACED)).toEqual([
    "M: poll  P:80 I:500 C:   1001 Min:   3.0 Act:   8.4 Avg:   9.2 Max:  1210 Miss:0",
    "M: spin  P:80 I:500 C:      0 Min:     - Act:     - Avg:     - Max:     - Miss:7",
  ]);
});

describe("the document", () => {
  it("has the contract's members as plain numbers, and survives JSON", () => {
    const document = JSON.parse(JSON.stringify(latencyDocument(steadyReport(), OWNER)));
    expect(document).toMatchObject({
      schema: "tgtctl.latency/1",
      mode: "poll",
      clock: "CLOCK_MONOTONIC",
      samples: 1004,
      missed: 0,
      coalesced: 20,
      min: 3000,
      max: 1_210_000,
      corrected: null,
      broke: null,
    });
    expect(Object.keys(document.stages)).toEqual([
      "wakeup",
      "consume",
      "answer",
      "kernel",
      "return",
    ]);
    expect(document.histogram).toHaveLength(1001);
  });

  it("tells of a break in the mode that broke only, without the rings", () => {
    const broke: LatencyBreak = {
      mode: "poll",
      sample: worstSample(),
      rings: new Uint8Array(131_072),
      trace: null,
    };
    const broken = { broke, file: "latency.rings" };
    expect(latencyDocument(steadyReport(), OWNER, broken)).toMatchObject({
      broke: { sample: worstSample(), snapshot: "latency.rings", trace: null },
    });
    expect(latencyDocument(steadyReport("spin"), OWNER, broken)).toMatchObject({ broke: null });
  });
});

/** Each tag closed, in order; no attribute twice; throws with what is wrong. */
function wellFormed(xml: string): void {
  const body = xml.replace(/^<\?xml [^>]*\?>\n/, "");
  const open: string[] = [];
  for (const [tag, close, name = "", attributes = "", selfClosing] of body.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<&]*")*)(\/?)>/g,
  )) {
    const names = [...attributes.matchAll(/ ([a-zA-Z-]+)=/g)].map(([, each]) => each);
    if (new Set(names).size !== names.length) throw new Error(`twice in ${tag}`);
    if (close) expect(open.pop()).toBe(name);
    else if (!selfClosing) open.push(name);
  }
  expect(open).toEqual([]);
  const text = body.replace(/<\/?[a-z]+(?: [a-zA-Z-]+="[^"<&]*")*\/?>/g, "");
  expect(text).not.toMatch(/[<>]|&(?!#\d+;)/);
}

describe("the picture", () => {
  it("is XML, whatever the device is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (device) => {
        wellFormed(latencySvg([steadyReport()], { ...PACED, device }));
      }),
      { numRuns: 30 },
    );
  });

  it("lies within its paper, with every line, whatever was measured", () => {
    const value = fc.integer({ min: 0, max: 3_600_000_000_000 });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const svg = latencySvg([steadyReport("poll", { wakeup: distributionOf(values) })], OWNER);
        wellFormed(svg);
        expect(svg).not.toMatch(/NaN|Infinity|null|undefined/);
        for (const [, points = ""] of svg.matchAll(/points="([^"]*)"/g)) {
          for (const point of points.split(" ")) {
            const [x = -1, y = -1] = point.split(",").map(Number);
            expect(x >= 70 && x <= 770 && y >= 76 && y <= 590).toBe(true);
          }
        }
        expect([...svg.matchAll(/<polyline/g)]).toHaveLength(values.length > 0 ? 3 : 0);
      }),
    );
  });

  it("has all modes", () => {
    const modes = (["poll", "epoll", "uv", "spin"] as const).map((mode) => steadyReport(mode));
    const svg = latencySvg(modes, PACED);
    for (const { mode } of modes) expect(svg).toContain(`>${mode} p99 12.9 us<`);
    expect([...svg.matchAll(/<polyline/g)]).toHaveLength(4 * 4);
  });
});
