// SPDX-License-Identifier: MIT
// What became of an event: as expected, not, or not to be known; and when that is a finding.
import { describe, expect, it } from "vitest";
import {
  InjectTally,
  injectReport,
  injectText,
  isFinding,
} from "../../../src/features/inject/inject-report.js";
import type { InjectRequest } from "../../../src/features/inject/inject-request.js";
import type { InjectOutcome } from "../../../src/session/inject/inject-plan.js";
import { requestWith } from "./inject-arguments.js";

const request = (malform: string[]): InjectRequest =>
  requestWith({ type: malform.length > 0 ? undefined : "TSK_MGMT_RSP", malform });
const OUTCOME: InjectOutcome = {
  slot: 5,
  index: 517,
  hex: "01000000".padEnd(192, "0"),
  consumed: true,
  verdict: -2,
  victim: null,
  repaired: 0,
};
const ALIVE = { answers: true, how: "commands end" };
const report = (malform: string[], part: Partial<InjectOutcome>, alive: boolean | null = true) =>
  injectReport(request(malform), { ...OUTCOME, ...part }, { ...ALIVE, answers: alive }, []);

describe("injectReport", () => {
  it.each([
    ["a verdict of the row", ["bad-cid"], {}, true],
    ["another verdict", ["bad-cid"], { verdict: 0 }, false],
    ["not consumed at all", ["bad-cid"], { consumed: false, verdict: null }, false],
    ["no verdict told", ["bad-cid"], { verdict: null }, null],
    [
      "nothing consumed, as it has to be",
      ["skipped-slot"],
      { consumed: false, verdict: null },
      true,
    ],
    ["a kernel that goes on past a gap", ["skipped-slot"], {}, false],
    ["nothing expected", [], { verdict: 0 }, null],
  ] as const)("%s", (_name, malform, part, wanted) => {
    const made = report([...malform], part);
    expect(made.as_expected).toBe(wanted);
    expect(isFinding(made)).toBe(wanted === false);
  });

  it("is a finding if the target no longer answers, and none if nobody can tell", () => {
    expect(isFinding(report([], {}, false))).toBe(true);
    expect(isFinding(report([], {}, null))).toBe(false);
  });

  it("says what counts to a person", () => {
    const text = injectText(
      report(["bad-cid"], { verdict: -14, repaired: 2 }, false),
      "pid 7",
      "x",
    );
    expect(text).toContain("EFAULT, NOT as expected: ENOENT");
    expect(text).toContain("NO LONGER ANSWERS: x");
    expect(text).toContain("with 2 harmless events");
    expect(text).toContain("bad-cid (H14)");
    const unread = injectReport(request([]), OUTCOME, ALIVE, null);
    expect(injectText(unread, "pid 7", "x")).toContain("its log cannot be read");
  });

  it("sums up many", () => {
    const many = [
      {},
      {},
      { verdict: 0 },
      { consumed: null, verdict: null },
      { slot: null, verdict: null },
    ];
    const tally = new InjectTally();
    for (const part of many) tally.add(report([], part));
    expect(tally.text).toBe("5 injected: 2 ENOENT, 1 OK, 1 not rung, 1 nothing to judge\n");
    expect(tally.found).toBe(false);
    tally.add(report([], {}, false));
    tally.add(report([], {}));
    expect(tally.found).toBe(true);
  });
});
