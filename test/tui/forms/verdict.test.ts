// SPDX-License-Identifier: MIT
// The verdict on an injected event, in lines and in one line, whatever the kernel's log has in it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { injectReport } from "../../../src/features/inject/inject-report.js";
import { lineText } from "../../../src/tui/forms/spans.js";
import { type Injected, verdictLines, verdictMessage } from "../../../src/tui/forms/verdict.js";
import { requestWith } from "../../features/inject/inject-arguments.js";
import { expectLines } from "./line-checks.js";

function injected(verdict: number | null, log: readonly string[], hex = "01".repeat(96)): Injected {
  const request = requestWith({ malform: ["bad-mid"] });
  const outcome = {
    slot: 12,
    index: 12,
    hex,
    consumed: verdict !== null,
    verdict,
    victim: null,
    repaired: 1,
  };
  const report = injectReport(request, outcome, { answers: true, how: "commands end" }, log);
  const found = report.as_expected === false;
  return { report, how: "commands end", into: "pid 4121 (tgtctl)", tally: null, found };
}

function looks(what: Injected, wanted: string): string[] {
  const lines = verdictLines(what, null, 78);
  const line = lines.find((each) => lineText(each).includes(wanted)) ?? [];
  return line.map(({ look }) => look);
}

describe("a verdict", () => {
  it("that was expected is good, any other is trouble", () => {
    expect(looks(injected(-2, []), "ENOENT, as expected")).toContain("done");
    expect(looks(injected(0, []), "OK, NOT as expected: ENOENT")).toContain("trouble");
    expect(looks(injected(null, []), "not consumed, NOT as expected")).toContain("trouble");
  });

  it("is one line for whoever has left the form", () => {
    expect(verdictMessage(injected(-2, []))).toBe(
      "inject bad-mid: ENOENT, as expected; target answers: commands end",
    );
    const several = { ...injected(0, []), tally: "2 injected: 2 OK" };
    expect(verdictMessage(several)).toContain("2 injected: 2 OK; the last: OK, NOT as expected");
  });

  it("has the lines of the kernel's log in it", () => {
    const text = verdictLines(
      injected(-2, ["tgt: slot 12 refused", "sd 3:0:0:0: reset"]),
      null,
      78,
    );
    expect(text.map(lineText)).toContain("  kernel   tgt: slot 12 refused");
    expect(text.map(lineText)).toContain("  kernel   sd 3:0:0:0: reset");
  });

  it("is printable and fits, whatever is in slot and log", () => {
    const bytes = fc.uint8Array({ minLength: 96, maxLength: 96 });
    const log = fc.array(fc.string({ unit: "binary", maxLength: 200 }), { maxLength: 4 });
    fc.assert(
      fc.property(bytes, log, fc.integer({ min: 30, max: 120 }), (slot, said, columns) => {
        const what = injected(-2, said, Buffer.from(slot).toString("hex"));
        expectLines(verdictLines(what, null, columns), { columns, rows: 1000 });
      }),
    );
  });
});
