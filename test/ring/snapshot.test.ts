// SPDX-License-Identifier: MIT
// Snapshots: private copies, odd statuses, slots that change under the copy.
import { describe, expect, it } from "vitest";
import { SEED_I386, SEED_X86_64 } from "../../src/abi/seed.js";
import { slotOfIndex, slotStart } from "../../src/ring/geometry.js";
import { type SlotStamp, type StampSource, takeSnapshot } from "../../src/ring/snapshot.js";

const D = SEED_X86_64;

function newRings(): { rings: ArrayBuffer; view: DataView } {
  const rings = new ArrayBuffer(131072);
  return { rings, view: new DataView(rings) };
}

/** Telemetry at rest; `onStamp` runs when a slot's stamp is read, i.e. around its copy. */
function telemetry(onStamp: (slot: number) => SlotStamp | null = () => null): StampSource {
  return {
    kuringProduced: 1000,
    ukringConsumed: 2000,
    stamp: (ring, slot) => (ring === "kuring" ? onStamp(slot) : null),
  };
}

describe.each([SEED_X86_64, SEED_I386])("$name", (dialect) => {
  it("copies status, len and bytes of every slot of both rings", () => {
    const { rings, view } = newRings();
    const kslot = slotStart(dialect, "kuring", 511);
    const uslot = slotStart(dialect, "ukring", 7);
    view.setUint32(kslot, 1, true);
    view.setUint32(kslot + 4, 99, true);
    view.setUint8(uslot + dialect.entrySize - 1, 0x5a);
    const { kuring, ukring } = takeSnapshot(rings, dialect, null);
    expect([kuring.slots.length, ukring.slots.length]).toEqual([512, 512]);
    expect(kuring.slots[511]).toMatchObject({ slot: 511, status: 1, len: 99, used: true });
    expect(ukring.slots[7]).toMatchObject({ slot: 7, status: 0, used: true, torn: false });
    expect(ukring.slots[7]?.bytes.at(-1)).toBe(0x5a);
    expect(kuring.slots.filter((s) => s.used).length).toBe(1);
    expect(ukring.slots.filter((s) => s.used).length).toBe(1);
    expect([kuring.occupied, ukring.occupied]).toEqual([1, 0]);
  });
});

it("is a copy", () => {
  const { rings, view } = newRings();
  const { kuring } = takeSnapshot(rings, D, null);
  view.setUint32(0, 1, true);
  expect(kuring.slots[0]?.bytes[0]).toBe(0);
});

it("counts any status but 0 as published (H24), also one with the top bit set", () => {
  const { rings, view } = newRings();
  view.setUint32(slotStart(D, "kuring", 3), 0xdeadbeef, true);
  view.setUint32(slotStart(D, "kuring", 4), 2, true);
  const { kuring } = takeSnapshot(rings, D, null);
  expect(kuring.slots[3]?.status).toBe(0xdeadbeef);
  expect(kuring).toMatchObject({ occupied: 2, producerSlot: 5 });
  expect(kuring.why).toMatch(/slot 3 has status 0xdeadbeef \(H24\)/);
});

it("does not look behind the last slot", () => {
  const { rings } = newRings();
  new Uint8Array(rings, 49152, 16384).fill(0xff);
  expect(takeSnapshot(rings, D, null).kuring.slots.some((s) => s.used)).toBe(false);
});

describe("a slot that changes while it is copied", () => {
  it("is copied again until it stands still", () => {
    const { rings, view } = newRings();
    let reads = 0;
    const source = telemetry((slot) => {
      // published by someone else between the copy and the second look at its status
      if (slot === 5 && ++reads === 2) view.setUint32(slotStart(D, "kuring", 5), 1, true);
      return null;
    });
    const slot = takeSnapshot(rings, D, source).kuring.slots[5];
    expect(slot).toMatchObject({ status: 1, torn: false });
    expect(reads).toBe(4);
  });

  it("is torn if only its stamp shows that a whole lap went by", () => {
    const { rings } = newRings();
    let lap = 0;
    const source = telemetry((slot) =>
      slot === 5 ? { index: 5 + 512 * lap++, verdict: 0, t_ns: 7n } : null,
    );
    const { slots } = takeSnapshot(rings, D, source).kuring;
    expect(slots[5]).toMatchObject({ torn: true, stamp: null });
    expect(slots.filter((s) => s.torn).length).toBe(1);
  });
});

it("hands on stamps and indices", () => {
  const { rings } = newRings();
  const stamp = { index: 517, verdict: 0, t_ns: 123n };
  const { kuring, ukring } = takeSnapshot(
    rings,
    D,
    telemetry((slot) => (slot === 5 ? stamp : null)),
  );
  expect(kuring.slots[5]?.stamp).toEqual(stamp);
  expect(kuring.slots[6]?.stamp).toBeNull();
  expect(kuring).toMatchObject({ producerIndex: 1000, consumerIndex: 1000, producerSlot: 488 });
  expect(ukring).toMatchObject({ producerIndex: 2000, consumerIndex: 2000, consumerSlot: 464 });
});

it("an index means the slot it has modulo the ring, past the wrap too", () => {
  expect([0, 511, 512, 0xffffffff, -1].map((index) => slotOfIndex(D, index))).toEqual([
    0, 511, 0, 511, 511,
  ]);
});

it("a slot that whoever copied it says is torn is so, and no other", () => {
  const rings = new ArrayBuffer(131072);
  const { kuring, ukring } = takeSnapshot(rings, D, null, (ring, slot) => {
    return ring === "ukring" && slot === 7;
  });
  expect(kuring.slots.some(({ torn }) => torn)).toBe(false);
  expect(ukring.slots.filter(({ torn }) => torn).map(({ slot }) => slot)).toEqual([7]);
});
