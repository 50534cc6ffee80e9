// SPDX-License-Identifier: MIT
// A filter on a watch: events joined to their commands, rates of what matches, the list in flight.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/abi/codec.js";
import type { TgtEvent } from "../../src/abi/event.js";
import { SEED_I386, SEED_X86_64 } from "../../src/abi/seed.js";
import type { KernelCommand, RingDevice } from "../../src/device/ring-device.js";
import { compile } from "../../src/expression/compile.js";
import type { Wide } from "../../src/expression/joined-event.js";
import { lunToNumber } from "../../src/scsi/lun.js";
import { Activity } from "../../src/session/activity.js";
import { EventFilter } from "../../src/session/event-filter.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import { SlotEvent } from "../../src/session/slot-event.js";
import { SlotFields } from "../../src/session/slot-fields.js";
import { Watch } from "../../src/session/watch.js";
import { done, RingModel, request, response } from "./follow/ring-model.js";

function watchOf(model: RingModel, text: string, device: RingDevice = model.device()): Watch {
  const observation = {
    ...({ device, role: "observer", events: new RingFollower(device), luns: [] } as const),
    failed: new Promise<never>(() => {}),
    close: async () => {},
  };
  return new Watch(observation, () => model.timeNs, compile(text));
}

/** [CMD_RSP, TSK_MGMT_RSP, CMD_REQ, CMD_DONE, TSK_MGMT_REQ, other] */
function matched(model: RingModel, text: string): number[] {
  const watch = watchOf(model, text);
  watch.refresh();
  return Array.from(watch.filter?.totals ?? []);
}

const task = (mid: bigint, tag: bigint, fn: number, lun = 0): TgtEvent => {
  const bytes = new Uint8Array(8);
  bytes[1] = lun;
  return { type: "TSK_MGMT_REQ", host_no: 3, function: fn, tag, lun: bytes, mid };
};

/** Two commands and two functions, from beginning to end, and a third command without one. */
function story(): RingModel {
  const model = new RingModel();
  model.send(request(0x101, 2n ** 64n - 1n, 1));
  model.send(request(0x202, 7n, 2));
  model.timeNs += 5_000_000n;
  model.answer(response(0x101));
  model.answer(response(0x202, 2));
  model.kick(0);
  model.send(done(0x101));
  model.send(done(0x202, 0x70000));
  model.send(task(9n, 7n, 0x0d));
  model.send(task(10n, 0n, 0x17, 5));
  model.answer({ type: "TSK_MGMT_RSP", host_no: 3, mid: 9n, result: -17 });
  model.answer({ type: "TSK_MGMT_RSP", host_no: 3, mid: 10n, result: 0 });
  model.kick(0);
  model.answer(response(0x303));
  model.kick(-2);
  return model;
}

describe("an event", () => {
  it.each<[string, number[]]>([
    ["cid >= 0", [3, 0, 2, 2, 0, 0]],
    ["lba == 0x101", [1, 0, 1, 1, 0, 0]],
    ["opcode == READ_10 && tag == 18446744073709551615", [1, 0, 1, 1, 0, 0]],
    ["lun == 2 && data_len == 4096 && blocks == 8 && attribute == SIMPLE", [1, 0, 1, 1, 0, 0]],
    ["opcode != WRITE_10", [2, 0, 2, 2, 0, 0]],
    ["!(opcode == WRITE_10)", [3, 2, 2, 2, 2, 0]],
    ["result == CHECK_CONDITION", [1, 0, 0, 0, 0, 0]],
    ["result == DID_ERROR", [0, 0, 0, 1, 0, 0]],
    ["result == EEXIST", [0, 1, 0, 0, 0, 0]],
    ["verdict == ENOENT", [1, 0, 0, 0, 0, 0]],
    ["verdict == OK && type == CMD_RSP", [2, 0, 0, 0, 0, 0]],
    ["function == ABORT_TASK", [0, 1, 0, 0, 1, 0]],
    ["tag == 7", [1, 1, 1, 1, 1, 0]],
    ["mid == 10 && function == LOGICAL_UNIT_RESET && lun == 5", [0, 1, 0, 0, 1, 0]],
    ["ring == kuring && index == 1 && slot == 1", [0, 0, 1, 0, 0, 0]],
    ["ring == ukring && status == 0", [3, 2, 0, 0, 0, 0]],
    ["uaddr == 0x7f65ccf46000 && len == 4096 && rw == READ", [3, 0, 0, 0, 0, 0]],
    ["len == data_len", [2, 0, 0, 0, 0, 0]],
    ["age_ms == 0", [0, 0, 2, 0, 2, 0]],
    ["age_ms >= 5 && type != TSK_MGMT_RSP", [2, 0, 0, 2, 0, 0]],
    ["host_no == 3", [3, 2, 2, 2, 2, 0]],
  ])("joined to its command: %s", (text, totals) => {
    expect(matched(story(), text)).toEqual(totals);
  });

  it("in the wrong ring or of no type is matched by what it says, and counted apart", () => {
    const model = story();
    model.answer(request(0x101));
    model.kick(-22);
    expect(matched(model, "type == CMD_REQ && ring == ukring")).toEqual([0, 0, 0, 0, 0, 1]);
    expect(matched(model, "type == CMD_REQ && age_ms >= 0")).toEqual([0, 0, 2, 0, 0, 0]);
    model.send({ type: 77, raw: new Uint8Array(88) });
    expect(matched(model, "type == 77")).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it("has no index where only slots are known, and no age where no times are", () => {
    const model = story();
    const device = { ...model.device(), telemetry: null };
    const live = watchOf(model, "slot >= 0", device);
    live.refresh();
    expect(live.filter?.totals[2]).toBe(2);
    const blind = watchOf(model, "index >= 0", device);
    blind.refresh();
    expect(Array.from(blind.filter?.totals ?? [])).toEqual([0, 0, 0, 0, 0, 0]);
    const known = { indices: false, times: false };
    const activity = new Activity(SEED_X86_64);
    const filter = new EventFilter(compile("age_ms >= 0"), activity, SEED_X86_64, known);
    new RingFollower(device).read((event) => {
      filter.take(event);
      activity.accept(event);
    });
    expect(Array.from(filter.totals)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("rates", () => {
  it("are of matching events only, though the kernel counts all", () => {
    const model = new RingModel();
    const watch = watchOf(model, "lba == 0x7");
    watch.refresh();
    const began = model.timeNs;
    for (let cid = 0; cid < 100; cid++) {
      model.send(request(cid % 10));
      model.receive();
    }
    model.timeNs = began + 1_000_000_000n;
    watch.refresh();
    expect(watch.rates().map(Math.round)).toEqual([0, 0, 10, 0, 0]);
    expect(watch.activity.totals[2]).toBe(100);
  });
});

describe("the list in flight", () => {
  const cids = (watch: Watch): number[] => {
    const listed = watch.inFlight(watch.now()).commands.map((command) => command.cid);
    // the same of all that was listed, asked later
    const all = watch.allInFlight(watch.now()).commands;
    const asked = all.filter((command) => watch.filter?.expression.matches(command.event()));
    expect(asked.map((command) => command.cid)).toEqual(listed);
    return listed;
  };

  function six(): RingModel {
    const model = new RingModel();
    for (let cid = 1; cid <= 6; cid++) {
      model.send(request(cid, BigInt(cid), cid % 2));
      model.timeNs += 10_000_000n;
    }
    return model;
  }

  it("holds, counts and limits what matches", () => {
    const watch = watchOf(six(), "lun == 1");
    watch.refresh();
    expect(cids(watch)).toEqual([1, 3, 5]);
    const flight = watch.inFlight(watch.now(), 1);
    expect([flight.count, flight.commands.length, flight.commands[0]?.cid]).toEqual([3, 1, 1]);
    expect(flight.oldestMs).toBe(flight.commands[0]?.ageMs);
  });

  it.each<[string, number[]]>([
    ["age_ms > 35", [1, 2, 3]],
    ["type == CMD_REQ && ring == kuring", [1, 2, 3, 4, 5, 6]],
    ["type == CMD_RSP", []],
    ["slot == 0 || index == 0 || status == 1 || verdict == OK", []],
    ["data_len == 4096 && tag == 4", [4]],
  ])("sees a command as its request, as old as it is now: %s", (text, expected) => {
    const watch = watchOf(six(), text);
    watch.refresh();
    expect(cids(watch)).toEqual(expected);
  });

  it("asks the kernel's table where there is one, and the rings for the rest", () => {
    const model = six();
    const scb = Uint8Array.of(0x9e, 0x12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0);
    const kernel = [2, 77].map(
      (cid): KernelCommand => ({
        ...{ host_no: 3, cid, tag: 2n ** 63n, lun: new Uint8Array(8), scb },
        ...{ state: "sent", age_ms: 40 + cid },
      }),
    );
    const device = Object.assign(model.device(), { commands: () => kernel }) as RingDevice;
    const shown = (text: string): number[] => {
      const watch = watchOf(model, text, device);
      watch.refresh();
      return cids(watch);
    };
    expect(shown("cid > 0")).toEqual([77, 2]);
    expect(shown("opcode == READ_10 && age_ms == 42")).toEqual([2]);
    expect(shown("opcode == GET_LBA_STATUS && lba == 0x100000002")).toEqual([77]);
    expect(shown("tag == 0x8000000000000000 && lun == 0 && type == CMD_REQ")).toEqual([77]);
    expect(shown("data_len >= 0")).toEqual([2]);
  });
});

describe("a slot of any bytes", () => {
  const exact = (wide: Wide | null): bigint | null =>
    wide && (BigInt(wide.high) << 32n) | BigInt(wide.low);

  it.each([SEED_X86_64, SEED_I386])("reads as it decodes: $name", (dialect) => {
    const fields = new SlotFields(dialect);
    const seen = new SlotEvent(dialect);
    const bytes = fc.uint8Array({ minLength: dialect.entrySize, maxLength: dialect.entrySize });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 5 }), fc.boolean(), (slot, type, plain) => {
        new DataView(slot.buffer).setUint32(dialect.headerSize, type, true);
        if (plain) slot.fill(0, 40, 80);
        const event = decode(dialect, slot, dialect.headerSize);
        seen.point(new DataView(slot.buffer), 0, fields.select(slot));
        expect(seen.type).toBe(type);
        const said = event as unknown as Record<string, unknown>;
        const own = (name: string): unknown => said[name] ?? null;
        for (const name of ["host_no", "cid", "data_len", "attribute", "len", "result"] as const) {
          expect(seen[name]).toBe(own(name));
        }
        expect([seen.rw, seen.function]).toEqual([own("rw"), own("function")]);
        expect([exact(seen.tag), exact(seen.uaddr), exact(seen.mid)]).toEqual(
          ["tag", "uaddr", "mid"].map(own),
        );
        const lun = said.lun instanceof Uint8Array ? lunToNumber(said.lun) : null;
        expect(seen.lun).toBe(lun);
        expect(seen.opcode).toBe(event.type === "CMD_REQ" ? event.scb[0] : null);
      }),
      { numRuns: 1000 },
    );
  });
});
