// SPDX-License-Identifier: MIT
// Persistent reservations of one logical unit: the standards' tables of conflicts, and each service action.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { accessOf } from "../../../src/target/commands/command-access.js";
import { RESERVATION_TYPES, typeOf } from "../../../src/target/units/reservation-types.js";
import type { Verdict } from "../../../src/target/units/reservation-verdicts.js";
import { Reservations } from "../../../src/target/units/reservations.js";

const WE = typeOf(1);
const EA = typeOf(3);
const WE_RO = typeOf(5);
const EA_RO = typeOf(6);
const WE_AR = typeOf(7);
const EA_AR = typeOf(8);

/** `ok`, the refusal, or `ok` and who is told what: `ok 1:03 2:05 lost 2`. */
function text(verdict: Verdict): string {
  if (typeof verdict === "string") return verdict;
  const told = verdict.notices.map(({ hostNo, sense }) => {
    expect([sense.key, sense.asc]).toEqual([6, 0x2a]);
    return ` ${hostNo}:0${sense.ascq}`;
  });
  const lost = verdict.lost.length > 0 ? ` lost ${verdict.lost.join(" ")}` : "";
  return `ok${told.join("")}${lost}`;
}

/** `keys / type holders @generation` */
function state(reservations: Reservations): string {
  const { registrations, type, generation } = reservations;
  const keys = [...registrations].map(([hostNo, key]) => `${hostNo}=${key}`).join(" ");
  const holders = [...registrations.keys()].filter((hostNo) => reservations.holds(hostNo));
  return `${keys} / ${type ? `${type.code} ${holders.join(",")}` : "-"} @${generation}`;
}

let r: Reservations;

/** Nexuses 0 and 1 and 2 under keys 10, 11 and 12. */
function registered(): Reservations {
  const fresh = new Reservations();
  for (const hostNo of [0, 1, 2]) fresh.register(hostNo, 0n, BigInt(10 + hostNo));
  return fresh;
}

beforeEach(() => {
  r = registered();
});

describe("what a reservation lets through (SPC-4 table 66, SBC-3 table 13)", () => {
  /**
   * Columns as in the standards: WE and EA of another nexus, a registered nexus under a RO or AR
   * type, a nexus that is not registered under WE_RO or WE_AR, and under EA_RO or EA_AR.
   */
  const ALL = "A A A A A";
  const READS = "A C A A C";
  const NONE = "C C A C C";
  const cases: readonly [name: string, cdb: string, row: string][] = [
    ["TEST UNIT READY", "00", ALL],
    ["REQUEST SENSE", "03", ALL],
    ["INQUIRY", "12", ALL],
    ["LOG SENSE", "4d", ALL],
    ["REPORT LUNS", "a0", ALL],
    ["REPORT TARGET PORT GROUPS", "a30a", ALL],
    ["READ CAPACITY(10)", "25", ALL],
    ["READ CAPACITY(16)", "9e10", ALL],
    ["PERSISTENT RESERVE IN", "5e00", ALL],
    ["PERSISTENT RESERVE OUT (table 67)", "5f01", ALL],
    ["START STOP UNIT, START", "1b00000001", ALL],
    ["START STOP UNIT, START with LOEJ", "1b00000003", ALL],
    ["START STOP UNIT, stop", "1b00000000", NONE],
    ["START STOP UNIT, START and a power condition", "1b00000011", NONE],
    ["PREVENT ALLOW MEDIUM REMOVAL, allow", "1e00000000", ALL],
    ["PREVENT ALLOW MEDIUM REMOVAL, prevent", "1e00000001", NONE],
    ["READ(6)", "08", READS],
    ["READ(10)", "28", READS],
    ["READ(12)", "a8", READS],
    ["READ(16)", "88", READS],
    ["VERIFY(10)", "2f", READS],
    ["VERIFY(12)", "af", READS],
    ["VERIFY(16)", "8f", READS],
    ["PRE-FETCH(10)", "34", READS],
    ["PRE-FETCH(16)", "90", READS],
    ["GET LBA STATUS", "9e12", READS],
    ["MODE SENSE(6)", "1a", READS],
    ["MODE SENSE(10)", "5a", READS],
    ["RECEIVE DIAGNOSTIC RESULTS", "1c", READS],
    ["REPORT SUPPORTED OPERATION CODES", "a30c", READS],
    ["REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", "a30d", READS],
    ["WRITE(6)", "0a", NONE],
    ["WRITE(10)", "2a", NONE],
    ["WRITE(12)", "aa", NONE],
    ["WRITE(16)", "8a", NONE],
    ["WRITE AND VERIFY(10)", "2e", NONE],
    ["WRITE SAME(10)", "41", NONE],
    ["WRITE SAME(16)", "93", NONE],
    ["UNMAP", "42", NONE],
    ["COMPARE AND WRITE", "89", NONE],
    ["SYNCHRONIZE CACHE(10)", "35", NONE],
    ["SYNCHRONIZE CACHE(16)", "91", NONE],
    ["MODE SELECT(6)", "15", NONE],
    ["MODE SELECT(10)", "55", NONE],
    ["SEND DIAGNOSTIC", "1d", NONE],
    ["a command in neither table", "c5", NONE],
  ];
  const WITH_ACTIONS = [0x5e, 0x5f, 0x9e, 0xa3];

  function conflict(code: number, from: number, hex: string): string {
    const cdb = new Uint8Array(16);
    cdb.set(Buffer.from(hex, "hex"));
    const [opcode = 0, action = 0] = cdb;
    const access = accessOf(opcode, WITH_ACTIONS.includes(opcode) ? action : undefined);
    const reservations = registered();
    reservations.registerIgnoring(2, 0n);
    expect(reservations.conflict(from, access, cdb)).toBe(false);
    reservations.reserve(0, 10n, typeOf(code));
    expect(reservations.active).toBe(true);
    expect(reservations.conflict(0, access, cdb)).toBe(false);
    return reservations.conflict(from, access, cdb) ? "C" : "A";
  }

  it.each(cases)("%s", (_name, cdb, row) => {
    const [we = "", ea = "", reg = "", weStranger = "", eaStranger = ""] = row.split(" ");
    const [registrant, stranger] = [1, 2];
    const both = (code: number): string[] => [
      conflict(code, registrant, cdb),
      conflict(code, stranger, cdb),
    ];
    expect(both(1), "WE").toEqual([we, we]);
    expect(both(3), "EA").toEqual([ea, ea]);
    for (const code of [5, 7]) expect(both(code), `WE type ${code}`).toEqual([reg, weStranger]);
    for (const code of [6, 8]) expect(both(code), `EA type ${code}`).toEqual([reg, eaStranger]);
  });
});

describe("PERSISTENT RESERVE OUT beside a reservation (SPC-4 table 67)", () => {
  const types = RESERVATION_TYPES.map(({ code }) => code);

  it.each(types)("type %i: a registered nexus that does not hold", (code) => {
    const fresh = (): Reservations => {
      const reservations = registered();
      reservations.reserve(0, 10n, typeOf(code));
      return reservations;
    };
    const allHold = typeOf(code)?.allHold ?? false;
    expect(text(fresh().register(1, 11n, 21n))).toBe("ok");
    expect(text(fresh().registerIgnoring(1, 21n))).toBe("ok");
    expect(text(fresh().reserve(1, 11n, typeOf(code)))).toBe(allHold ? "ok" : "conflict");
    expect(text(fresh().clear(1, 11n))).toBe("ok 0:03 2:03");
    expect(text(fresh().preempt(1, 11n, 12n, WE))).toBe("ok 2:05 lost 2");
    const released = fresh();
    expect(text(released.release(1, 11n, typeOf(code)))).toBe(allHold ? "ok 0:04 2:04" : "ok");
    expect(released.active).toBe(!allHold);
  });

  it.each(types)("type %i: a nexus that is not registered", (code) => {
    r.reserve(0, 10n, typeOf(code));
    const before = state(r);
    for (const key of [0n, 10n, 13n]) {
      expect(text(r.reserve(3, key, typeOf(code)))).toBe("conflict");
      expect(text(r.release(3, key, typeOf(code)))).toBe("conflict");
      expect(text(r.clear(3, key))).toBe("conflict");
      expect(text(r.preempt(3, key, 10n, WE))).toBe("conflict");
    }
    expect(state(r)).toBe(before);
    expect(text(r.register(3, 0n, 13n))).toBe("ok");
  });
});

describe("REGISTER", () => {
  it("takes key 0 from who is not registered, the registered key from who is", () => {
    r = new Reservations();
    expect(text(r.register(0, 5n, 10n))).toBe("conflict");
    expect(text(r.register(0, 0n, 0n))).toBe("ok");
    expect(state(r)).toBe(" / - @0");
    expect(text(r.register(0, 0n, 10n))).toBe("ok");
    expect(text(r.register(0, 0n, 11n))).toBe("conflict");
    expect(text(r.register(0, 11n, 0n))).toBe("conflict");
    expect(text(r.register(0, 10n, 12n))).toBe("ok");
    expect(state(r)).toBe("0=12 / - @2");
    expect(text(r.register(0, 12n, 0n))).toBe("ok");
    expect(state(r)).toBe(" / - @3");
  });

  it("AND IGNORE EXISTING KEY takes any", () => {
    expect(text(r.registerIgnoring(0, 20n))).toBe("ok");
    expect(text(r.registerIgnoring(3, 0n))).toBe("ok");
    expect(text(r.registerIgnoring(1, 0n))).toBe("ok");
    expect(state(r)).toBe("0=20 2=12 / - @5");
  });

  it("keeps the reservation when the holder's key changes", () => {
    r.reserve(0, 10n, WE);
    r.register(0, 10n, 20n);
    expect([state(r), r.holderKey]).toEqual(["0=20 1=11 2=12 / 1 0 @4", 20n]);
  });

  it("releases the reservation of a holder that leaves, and tells registrants if they shared it", () => {
    for (const [type, told] of [
      [WE, "ok"],
      [EA, "ok"],
      [WE_RO, "ok 1:04 2:04"],
      [EA_RO, "ok 1:04 2:04"],
    ] as const) {
      r = registered();
      r.reserve(0, 10n, type);
      expect(text(r.register(1, 11n, 0n))).toBe("ok");
      expect(r.active).toBe(true);
      r.register(1, 0n, 11n);
      expect(text(r.register(0, 10n, 0n))).toBe(told.replace("1:04 2:04", "2:04 1:04"));
      expect(r.active).toBe(false);
    }
  });

  it("releases a reservation of all registrants with the last of them", () => {
    r.reserve(0, 10n, EA_AR);
    expect(text(r.register(0, 10n, 0n))).toBe("ok");
    expect(text(r.register(1, 11n, 0n))).toBe("ok");
    expect(state(r)).toBe("2=12 / 8 2 @5");
    expect(text(r.register(2, 12n, 0n))).toBe("ok");
    expect(state(r)).toBe(" / - @6");
  });
});

describe("RESERVE and RELEASE", () => {
  it("make and end a reservation, PRGENERATION staying", () => {
    expect(text(r.reserve(0, 10n, WE))).toBe("ok");
    expect(state(r)).toBe("0=10 1=11 2=12 / 1 0 @3");
    expect(text(r.reserve(0, 10n, WE))).toBe("ok");
    expect(text(r.reserve(0, 10n, EA))).toBe("conflict");
    expect(text(r.release(0, 10n, WE))).toBe("ok");
    expect(state(r)).toBe("0=10 1=11 2=12 / - @3");
    expect(text(r.release(0, 10n, WE))).toBe("ok");
  });

  it("want the right key and type", () => {
    expect(text(r.reserve(0, 11n, WE))).toBe("conflict");
    expect(text(r.reserve(0, 10n, null))).toBe("type");
    r.reserve(0, 10n, WE);
    expect(text(r.release(0, 11n, WE))).toBe("conflict");
    expect(text(r.release(0, 10n, EA))).toBe("release");
    expect(text(r.release(0, 10n, null))).toBe("release");
    expect(text(r.release(1, 11n, EA))).toBe("ok");
    expect(r.holds(0)).toBe(true);
  });

  it("tell the other registrants of the end, if they shared it", () => {
    for (const type of RESERVATION_TYPES) {
      r.reserve(0, 10n, type);
      expect(text(r.release(0, 10n, type))).toBe(type.registrantsMay ? "ok 1:04 2:04" : "ok");
    }
  });

  it("all registrants hold, and no key stands for them", () => {
    r.reserve(0, 10n, WE_AR);
    expect([state(r), r.holderKey]).toEqual(["0=10 1=11 2=12 / 7 0,1,2 @3", 0n]);
    r.register(3, 0n, 13n);
    expect(r.holds(3)).toBe(true);
    expect(text(r.reserve(3, 13n, WE_AR))).toBe("ok");
    expect(text(r.reserve(3, 13n, EA_AR))).toBe("conflict");
    expect(text(r.release(3, 13n, WE_AR))).toBe("ok 0:04 1:04 2:04");
  });
});

describe("CLEAR", () => {
  it("ends all, and tells the others", () => {
    r.reserve(1, 11n, EA);
    expect(text(r.clear(0, 11n))).toBe("conflict");
    expect(text(r.clear(0, 10n))).toBe("ok 1:03 2:03");
    expect(state(r)).toBe(" / - @4");
  });
});

describe("PREEMPT", () => {
  it("takes the reservation from its holder, whose registration goes", () => {
    r.reserve(1, 11n, WE_RO);
    expect(text(r.preempt(0, 10n, 11n, WE_RO))).toBe("ok 1:05 lost 1");
    expect(state(r)).toBe("0=10 2=12 / 5 0 @4");
  });

  it("tells the other registrants if the type changes", () => {
    r.reserve(1, 11n, WE_RO);
    expect(text(r.preempt(0, 10n, 11n, EA))).toBe("ok 1:05 2:04 lost 1");
    expect(state(r)).toBe("0=10 2=12 / 3 0 @4");
  });

  it("lets a holder change its own type, its registration staying", () => {
    r.register(1, 11n, 10n);
    r.reserve(0, 10n, WE);
    expect(text(r.preempt(0, 10n, 10n, EA_RO))).toBe("ok 1:05 2:04 lost 1");
    expect(state(r)).toBe("0=10 2=12 / 6 0 @5");
  });

  it("removes registrations that hold nothing, whatever the type field says", () => {
    expect(text(r.preempt(0, 10n, 12n, null))).toBe("ok 2:05 lost 2");
    r.reserve(1, 11n, WE);
    r.register(2, 0n, 12n);
    expect(text(r.preempt(0, 10n, 12n, null))).toBe("ok 2:05 lost 2");
    expect(state(r)).toBe("0=10 1=11 / 1 1 @6");
  });

  it("removes its own registration too if it holds nothing", () => {
    r.register(2, 12n, 10n);
    expect(text(r.preempt(0, 10n, 10n, WE))).toBe("ok 2:05 lost 2");
    expect(state(r)).toBe("1=11 / - @5");
  });

  it("of all registrants: key 0 the reservation and all others, a key only who has it", () => {
    r.reserve(2, 12n, WE_AR);
    expect(text(r.preempt(0, 10n, 12n, EA))).toBe("ok 2:05 lost 2");
    expect(state(r)).toBe("0=10 1=11 / 7 0,1 @4");
    expect(text(r.preempt(0, 10n, 0n, null))).toBe("type");
    expect(text(r.preempt(0, 10n, 0n, EA))).toBe("ok 1:05 lost 1");
    expect(state(r)).toBe("0=10 / 3 0 @5");
  });

  it("of all registrants: the last that removes itself ends the reservation", () => {
    r.clear(0, 10n);
    r.register(0, 0n, 10n);
    r.reserve(0, 10n, EA_AR);
    expect(text(r.preempt(0, 10n, 10n, WE))).toBe("ok");
    expect(state(r)).toBe(" / - @6");
  });

  it("refuses what fits nobody", () => {
    expect(text(r.preempt(0, 11n, 12n, WE))).toBe("conflict");
    expect(text(r.preempt(0, 10n, 99n, WE))).toBe("conflict");
    expect(text(r.preempt(0, 10n, 0n, WE))).toBe("action key");
    r.reserve(1, 11n, EA);
    expect(text(r.preempt(0, 10n, 99n, WE))).toBe("conflict");
    expect(text(r.preempt(0, 10n, 0n, WE))).toBe("action key");
    expect(text(r.preempt(0, 10n, 11n, null))).toBe("type");
    expect(state(r)).toBe("0=10 1=11 2=12 / 3 1 @3");
  });
});

describe("any sequence of service actions", () => {
  const host = fc.integer({ min: 0, max: 3 });
  const key = fc.bigInt({ min: 0n, max: 4n });
  const type = fc.constantFrom(...RESERVATION_TYPES, null);
  const action = fc.record({
    name: fc.constantFrom("register", "ignore", "reserve", "release", "clear", "preempt"),
    host,
    key: fc.option(key, { nil: undefined, freq: 3 }),
    actionKey: key,
    type,
  });

  interface Action {
    readonly name: string;
    readonly host: number;
    /** Undefined: the one it is registered under. */
    readonly key: bigint | undefined;
    readonly actionKey: bigint;
    readonly type: (typeof RESERVATION_TYPES)[number] | null;
  }

  function run(target: Reservations, { name, host, actionKey, type, ...rest }: Action): Verdict {
    const key = rest.key ?? target.registrations.get(host) ?? 0n;
    switch (name) {
      case "register":
        return target.register(host, key, actionKey);
      case "ignore":
        return target.registerIgnoring(host, actionKey);
      case "reserve":
        return target.reserve(host, key, type);
      case "release":
        return target.release(host, key, type);
      case "clear":
        return target.clear(host, key);
      default:
        return target.preempt(host, key, actionKey, type);
    }
  }

  it("keeps holders registered, counts changes, and tells nobody who asked or is unknown", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const target = new Reservations();
        for (const step of actions) {
          const before = state(target);
          const known = new Set(target.registrations.keys());
          const { generation } = target;
          const verdict = run(target, step);
          const hosts = [...target.registrations.keys()];
          const holders = hosts.filter((host) => target.holds(host));

          if (typeof verdict === "string") expect(state(target)).toBe(before);
          else
            for (const { hostNo } of verdict.notices) {
              expect(hostNo).not.toBe(step.host);
              expect(known.has(hostNo)).toBe(true);
            }
          expect(target.generation - generation).toBeGreaterThanOrEqual(0);
          expect(target.generation - generation).toBeLessThanOrEqual(1);
          if (step.name === "reserve" || step.name === "release") {
            expect(target.generation).toBe(generation);
          }
          expect([...target.registrations.values()]).not.toContain(0n);
          if (!target.active) expect(holders).toEqual([]);
          else if (target.type?.allHold) expect(holders).toEqual(hosts);
          else expect(holders.length).toBe(1);
          if (target.active) expect(hosts.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("never lets a write by, nor a read under Exclusive Access, from who is not registered", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const target = new Reservations();
        for (const step of actions) run(target, step);
        const cdb = new Uint8Array(16);
        const stranger = 9;
        expect(target.conflict(stranger, "write", cdb)).toBe(target.active);
        expect(target.conflict(stranger, "read", cdb)).toBe(
          target.active && !target.type?.othersRead,
        );
        expect(target.conflict(stranger, "always", cdb)).toBe(false);
      }),
    );
  });
});
