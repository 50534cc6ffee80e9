// SPDX-License-Identifier: MIT
// The frame as scripts read it, and as people do: golden text, and the contract's fields.

import { mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildFrame } from "../../src/features/frame.js";
import { frameLines } from "../../src/features/frame-text.js";
import { ageText, pad, padLeft, rateText } from "../../src/features/frame-units.js";
import { printable } from "../../src/features/text-layout.js";
import { expectGolden } from "../tui/golden.js";
import { busyScene, heldScene, imageScene } from "../tui/scenes.js";

const here = import.meta.dirname;
if (process.env.UPDATE_GOLDEN === "1") mkdirSync(`${here}/golden`, { recursive: true });

describe("the JSON frame", () => {
  it("has exactly the fields of the contract", () => {
    const { watch } = busyScene();
    watch.refresh();
    const frame = buildFrame(watch, 7);
    expect(Object.keys(frame)).toEqual([
      "schema",
      "frame",
      "clock",
      "time_ns",
      "device",
      "dialect",
      "role",
      "rates",
      "rings",
      "inflight",
      "held",
      "counters",
      "anomalies",
      "missed",
      "missed_at_least",
    ]);
    expect(Object.keys(frame.rates)).toEqual([
      "cmd_req",
      "cmd_rsp",
      "cmd_done",
      "tsk_mgmt_req",
      "tsk_mgmt_rsp",
    ]);
    for (const ring of [frame.rings.kuring, frame.rings.ukring]) {
      expect(Object.keys(ring)).toEqual(["producer_index", "consumer_index", "occupied"]);
    }
    expect(Object.keys(frame.inflight[0] ?? {})).toEqual([
      "host_no",
      "cid",
      "tag",
      "lun",
      "opcode",
      "text",
      "age_ms",
      "state",
    ]);
    expectGolden(here, "frame-busy.json", `${JSON.stringify(frame, null, 1)}\n`);
  });

  it("says null where an image cannot tell", () => {
    const watch = imageScene("ring-aborts-pending.bin");
    watch.refresh();
    const frame = buildFrame(watch, 1);
    expect(frame.rings.kuring).toEqual({
      producer_index: null,
      consumer_index: null,
      occupied: 15,
    });
    expect(frame.inflight.map((c) => c.cid)).toEqual([
      4487, 4488, 4489, 4490, 4491, 4492, 4493, 4494,
    ]);
    expect(frame.inflight.filter((c) => c.state === "aborting")).toHaveLength(7);
    expect(frame.inflight.every((c) => c.age_ms === null)).toBe(true);
    expect(frame.counters).toEqual({
      seen: {
        cmd_rsp: 391,
        tsk_mgmt_rsp: 0,
        cmd_req: 256,
        cmd_done: 249,
        tsk_mgmt_req: 7,
        unknown: 0,
      },
    });
  });
});

describe("the plain frame", () => {
  it.each(["ring-after-probe.bin", "ring-aborts-pending.bin"])("of %s", (name) => {
    const watch = imageScene(name);
    watch.refresh();
    expectGolden(here, `frame-${name}.txt`, `${frameLines(watch, 1).join("\n")}\n`);
  });

  it("of a simulator begins with its name, whatever its settings, and says what is held", () => {
    const [head = "", ...more] = frameLines(heldScene(26), 1);
    expect(head).toMatch(/^tgtctl {2}sim:name=rig/);
    expect(head.length).toBeLessThanOrEqual(80);
    expect(more).toContain("held: 26 answers kept back");
  });

  it("of a busy ring fits 80 columns of ASCII", () => {
    const { watch } = busyScene();
    watch.refresh();
    const lines = frameLines(watch, 7);
    for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{0,80}$/);
    expectGolden(here, "frame-busy.txt", `${lines.join("\n")}\n`);
  });
});

describe("units", () => {
  it("keep their width", () => {
    const ages = [
      Number.NaN,
      0,
      0.4119,
      7,
      999.9,
      1000,
      4149,
      99_999,
      100_000,
      5_999_999,
      1e7,
      1e12,
    ];
    expect(ages.map(ageText)).toEqual([
      "0 ms",
      "0 ms",
      "411 us",
      "7 ms",
      "999 ms",
      "1.0 s",
      "4.1 s",
      "99.9 s",
      "1 min",
      "99 min",
      "2 h",
      "999 h",
    ]);
    expect([0, 9999.4, 10_000, 123_456, 999_999, 5e6, 1e12].map(rateText)).toEqual([
      "0",
      "9999",
      "10.0k",
      "123k",
      "999k",
      "5.0M",
      ">1G",
    ]);
    expect([pad("abc", 5), pad("abcdef", 4), padLeft("7", 3), pad("x", 0)]).toEqual([
      "abc  ",
      "abc~",
      "  7",
      "",
    ]);
    expect(printable("a\x1b[2J\u00e9")).toBe("a?[2J?");
  });
});
