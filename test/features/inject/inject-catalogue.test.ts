// SPDX-License-Identifier: MIT
// The catalogue: nothing is missing, each row makes a plan the engine takes, and combines or says why not.
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { contradict, MALFORMATIONS } from "../../../src/features/inject/inject-catalogue.js";
import { malformationList } from "../../../src/features/inject/inject-list.js";
import type { InjectArguments } from "../../../src/features/inject/inject-request.js";
import { parseInjectPlan } from "../../../src/session/inject/inject-plan.js";
import { edited } from "../../../src/session/inject/inject-slot.js";
import { requestWith } from "./inject-arguments.js";

const eventOf = (part: Partial<InjectArguments>, hostNo = 3): DataView => {
  const { base, edits } = requestWith(part).next(hostNo);
  if (base.kind !== "bytes") throw new Error(base.kind);
  return new DataView(edited(Buffer.from(base.hex, "hex"), edits, () => 0n).buffer);
};

describe("catalogue", () => {
  it("has every malformation there has to be", () => {
    expect(MALFORMATIONS.map(({ name }) => name).sort()).toEqual(
      [
        ["unknown-type", "zeroed", "stale-type", "bad-host", "bad-host-negative", "bad-host-alias"],
        ["bad-cid", "duplicate", "late", "bad-mid", "null-uaddr", "unmapped-uaddr", "kernel-uaddr"],
        ["wrapping-uaddr", "read-only-uaddr", "len-overlong", "len-huge", "len-zero"],
        ["wrong-direction", "bad-result", "status-2", "status-all-ones", "torn", "type-flip"],
        ["skipped-slot", "filled-ring", "doorbell-storm", "doorbell-empty", "all-ones", "random"],
      ]
        .flat()
        .sort(),
    );
  });

  it.each(MALFORMATIONS.map((row) => [row.name, row] as const))("%s", (name, row) => {
    expect(row.hazard).toMatch(/^H(0[1-9]|1[0-9]|2[0-7])$/);
    expect(row.text).not.toBe("");
    expect(row.correct).not.toBe("");
    expect(row.changes.length).toBeGreaterThan(0);
    for (const type of row.types) {
      const made = requestWith({ malform: [name], type });
      const plan = made.next(3);
      expect(parseInjectPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
      expect(made.expected).toEqual(row.expected);
      expect(made.victim).toBe(row.victim);
    }
  });

  it("is data for a program", () => {
    const list = malformationList();
    expect(JSON.parse(JSON.stringify(list))).toEqual(list);
    expect(list.malformations).toHaveLength(MALFORMATIONS.length);
  });

  it("gives each pair a plan, or a reason why it does not go together", () => {
    for (const a of MALFORMATIONS) {
      for (const b of MALFORMATIONS) {
        expect(contradict(a, b)).toBe(contradict(b, a));
        try {
          parseInjectPlan(requestWith({ malform: [a.name, b.name] }).next(0));
          expect(contradict(a, b)).toBe(false);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
          expect((error as TgtctlError).kind).toBe("usage");
        }
      }
    }
  });

  it("combines what makes sense: the verdict is that of what is wrong, not of the place", () => {
    expect(requestWith({ malform: ["filled-ring", "bad-host"] }).expected).toEqual(["ENODEV"]);
    expect(requestWith({ malform: ["bad-host", "skipped-slot"] }).expected).toBe(null);
    expect(requestWith({ malform: ["wrong-direction", "null-uaddr"] }).victim).toBe("read");
    expect(() => requestWith({ malform: ["read-only-uaddr", "len-zero"] })).toThrow(
      /not go together/,
    );
    expect(() => requestWith({ malform: ["duplicate", "bad-result"] })).toThrow(/not go together/);
    expect(() => requestWith({ malform: ["bad-cid", "bad-cid"] })).toThrow(/not go together/);
    expect(() => requestWith({ malform: ["bad-cid", "bad-mid"] })).toThrow(/does not go with/);
  });
});

describe("random", () => {
  const words = (seed: number): string[] => {
    const { next } = requestWith({ malform: ["random"], seed });
    return Array.from({ length: 50 }, () => JSON.stringify(next(3)));
  };

  it("is the same for the same seed, and another one each time", () => {
    expect(words(7)).toEqual(words(7));
    expect(words(7)).not.toEqual(words(8));
    expect(new Set(words(7)).size).toBe(50);
  });

  it("never names a command or a function that could be alive", () => {
    const { next } = requestWith({ malform: ["random"], seed: 5 });
    const types = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const { base, edits } = next(3);
      if (base.kind !== "bytes") throw new Error(base.kind);
      const view = new DataView(edited(Buffer.from(base.hex, "hex"), edits, () => 0n).buffer);
      expect(view.getUint32(20, true)).toBeGreaterThanOrEqual(0x8000_0000); // cid
      expect(view.getBigUint64(24, true)).toBeGreaterThanOrEqual(1n << 63n); // mid
      types.add(view.getUint32(8, true));
    }
    expect(types.has(0) && types.has(1)).toBe(true);
  });
});

describe("what is asked for by hand", () => {
  it("is an event that concerns nobody, of the type that is named", () => {
    expect(eventOf({ type: "TSK_MGMT_RSP" }).getUint32(8, true)).toBe(1);
    expect(eventOf({ type: "TSK_MGMT_RSP" }).getInt32(16, true)).toBe(3);
    expect(eventOf({ type: "CMD_REQ" }).getUint32(8, true)).toBe(2);
    expect(eventOf({ type: "0x4d2" }).getUint32(8, true)).toBe(1234);
    expect(eventOf({ type: "4" }).getUint32(8, true)).toBe(4);
  });

  it("has the last word over a malformation, which then promises no verdict", () => {
    const made = { malform: ["bad-host"], set: ["host_no=7"], type: "CMD_RSP" };
    expect(eventOf(made).getInt32(16, true)).toBe(7);
    expect(requestWith(made).expected).toBe(undefined);
    expect(requestWith({ malform: ["status-2"], status: 3 }).next(0).status).toBe(3);
    expect(requestWith({ malform: ["doorbell-storm"], kick: false }).next(0).doorbells).toBe(0);
  });

  it("takes raw bytes of an event or of a slot", () => {
    const event = requestWith({ raw: "ff".repeat(88) }).next(0);
    expect(event.base).toEqual({ kind: "bytes", hex: `${"00".repeat(8)}${"ff".repeat(88)}` });
    expect(event.status).toBe(1);
    const slot = requestWith({ raw: `05000000${"ab".repeat(92)}` }).next(0);
    expect(slot.status).toBe(5);
    expect(() => requestWith({ raw: "00" })).toThrow(/1 bytes/);
    expect(() => requestWith({ raw: "0g" })).toThrow(/digit 2/);
    expect(() => requestWith({ raw: "ff".repeat(88), malform: ["len-zero"] })).toThrow(/together/);
  });
});
