// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemarkLog } from "../../src/session/remark-log.js";

describe("RemarkLog", () => {
  it("counts what comes again, as the latest", () => {
    let now = 0;
    const log = new RemarkLog(() => ++now);
    for (const text of ["a", "b", "a"]) log.add(text);
    expect(log.list().map(({ text, count, at }) => [text, count, at])).toEqual([
      ["b", 1, 2],
      ["a", 2, 3],
    ]);
    expect(log.latest?.text).toBe("a");
    expect(log.takeUnseen()).toEqual(["b", "a (2 times)"]);
  });

  it("gives out what nobody saw, once", () => {
    const log = new RemarkLog();
    log.add("old");
    log.see();
    log.add("new");
    expect(log.unseen).toBe(1);
    expect(log.takeUnseen()).toEqual(["new"]);
    expect(log.takeUnseen()).toEqual([]);
    log.add("old");
    expect(log.takeUnseen()).toEqual(["old (2 times)"]);
  });

  it("has a bound, and says what it lost unseen", () => {
    const log = new RemarkLog();
    for (let i = 0; i < 205; i++) log.add(`remark ${i}`);
    const lines = log.takeUnseen();
    expect(lines).toHaveLength(201);
    expect(lines[0]).toBe("5 remarks before these are lost");
    expect(lines[1]).toBe("remark 5");
    for (let i = 0; i < 205; i++) log.add(`another ${i}`);
    expect(log.takeUnseen()[0]).toBe("5 remarks before these are lost");
  });

  it("lets nothing through that does something to a terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
        const log = new RemarkLog();
        log.add(`x${text}`);
        const [line] = log.takeUnseen();
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(log.list()).toHaveLength(1);
      }),
    );
  });
});
