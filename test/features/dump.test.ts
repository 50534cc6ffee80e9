// SPDX-License-Identifier: MIT
// Dumps of the two real images and of one written by C, each slot compared with the bytes themselves.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import type { RingDevice } from "../../src/device/ring-device.js";
import { RingImage } from "../../src/device/ring-image.js";
import { type Selection, takeDump } from "../../src/features/dump.js";
import {
  type DumpDocument,
  dumpDocument,
  type SlotDocument,
} from "../../src/features/dump-document.js";
import { readResponseData } from "../../src/features/response-data.js";
import { probeImage } from "../abi/probe.js";

const EVERYTHING: Selection = { ring: null, slots: null, all: false };

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

function dumpOf(path: string, selection = EVERYTHING): DumpDocument {
  return dumpDocument(takeDump(new RingImage(path, SEED_X86_64), selection, null));
}

function slotsOf(document: DumpDocument, ring: "kuring" | "ukring"): SlotDocument[] {
  return document.rings[ring]?.slots ?? [];
}

const hex = (bytes: Buffer): string => bytes.toString("hex");
const u64 = (bytes: Buffer, at: number): string => `0x${bytes.readBigUInt64LE(at).toString(16)}`;

/** An event read with the x86-64 offsets of abi.md, without any of our tables. */
function readByHand(ev: Buffer): Pick<SlotDocument, "type" | "event"> {
  const common = { host_no: ev.readInt32LE(40), cid: ev.readUInt32LE(44) };
  switch (ev.readUInt32LE(0)) {
    case 0: {
      const head = { host_no: ev.readInt32LE(8), cid: ev.readUInt32LE(12) };
      const tail = { result: ev.readInt32LE(20), uaddr: u64(ev, 24), rw: ev.readUInt8(32) };
      return { type: "CMD_RSP", event: { ...head, len: ev.readUInt32LE(16), ...tail } };
    }
    case 2: {
      const scb = { scb: hex(ev.subarray(52, 68)), lun: hex(ev.subarray(68, 76)) };
      const tail = { attribute: ev.readInt32LE(76), tag: u64(ev, 80) };
      return {
        type: "CMD_REQ",
        event: { ...common, data_len: ev.readUInt32LE(48), ...scb, ...tail },
      };
    }
    case 3:
      return { type: "CMD_DONE", event: { ...common, result: ev.readInt32LE(48) } };
    case 4: {
      const head = { host_no: ev.readInt32LE(40), function: ev.readInt32LE(44) };
      const tail = { tag: u64(ev, 48), lun: hex(ev.subarray(56, 64)), mid: u64(ev, 64) };
      return { type: "TSK_MGMT_REQ", event: { ...head, ...tail } };
    }
    default:
      throw new Error("no such type in these images");
  }
}

function expectAllSlots(path: string, document: DumpDocument): void {
  const image = readFileSync(path);
  for (const [ring, start] of [
    ["kuring", 0],
    ["ukring", 65536],
  ] as const) {
    const slots = slotsOf(document, ring);
    for (const { slot, status, len, type, event } of slots) {
      const bytes = image.subarray(start + slot * 96, start + slot * 96 + 96);
      expect([status, len]).toEqual([bytes.readUInt32LE(0), bytes.readUInt32LE(4)]);
      expect({ type, event }).toEqual(readByHand(bytes.subarray(8)));
    }
    const used = Array.from({ length: 512 }, (_, slot) => slot).filter((slot) =>
      image.subarray(start + slot * 96, start + slot * 96 + 96).some((byte) => byte !== 0),
    );
    expect(slots.map(({ slot }) => slot)).toEqual(used);
  }
}

describe("ring-after-probe.bin", () => {
  const path = fixture("ring-after-probe.bin");
  const document = dumpOf(path);

  it("has 54 + 27 used slots, none published, each as its bytes say", () => {
    expect([slotsOf(document, "kuring").length, slotsOf(document, "ukring").length]).toEqual([
      54, 27,
    ]);
    expect(document.rings.kuring?.occupied).toBe(0);
    expectAllSlots(path, document);
  });

  it("is headed as the contract says", () => {
    const { rings, ...head } = document;
    expect(head).toEqual({
      schema: "tgtctl.dump/1",
      device: path,
      source: "image",
      dialect: "seed-x86_64",
      role: "offline",
      clock: null,
      time_ns: null,
      commands: null,
    });
    const { slots: _, ...ring } = rings.kuring ?? { slots: [] };
    expect(ring).toEqual({
      nr_entry: 512,
      entry_size: 96,
      producer_index: 54,
      consumer_index: 54,
      occupied: 0,
    });
  });

  it("answers each request once, in order", () => {
    const cids = (ring: "kuring" | "ukring", type: string) =>
      slotsOf(document, ring).flatMap((s) => (s.type === type ? [s.event.cid] : []));
    const expected = Array.from({ length: 27 }, (_, i) => 4096 + i);
    expect(cids("kuring", "CMD_REQ")).toEqual(expected);
    expect(cids("kuring", "CMD_DONE")).toEqual(expected);
    expect(cids("ukring", "CMD_RSP")).toEqual(expected);
  });

  it("holds exactly four answers longer than asked for, all to MODE SENSE (H25)", () => {
    const asked = new Map(
      slotsOf(document, "kuring").flatMap((s) => (s.type === "CMD_REQ" ? [[s.event.cid, s]] : [])),
    );
    const overlong = slotsOf(document, "ukring").filter(
      ({ event }) => Number(event.len) > Number(asked.get(event.cid ?? "")?.event.data_len),
    );
    expect(overlong.map(({ slot, event }) => [slot, asked.get(event.cid ?? "")?.text])).toEqual([
      [15, "MODE SENSE(6) page=0x3f alloc=4"],
      [16, "MODE SENSE(6) page=0x08 alloc=4"],
      [21, "MODE SENSE(6) page=0x3f alloc=4"],
      [22, "MODE SENSE(6) page=0x08 alloc=4"],
    ]);
  });
});

describe("ring-aborts-pending.bin", () => {
  const path = fixture("ring-aborts-pending.bin");
  const document = dumpOf(path);

  it("has 512 + 391 used slots, 15 of them published, each as its bytes say", () => {
    expect([slotsOf(document, "kuring").length, slotsOf(document, "ukring").length]).toEqual([
      512, 391,
    ]);
    expect([document.rings.kuring?.occupied, document.rings.ukring?.occupied]).toEqual([15, 0]);
    expectAllSlots(path, document);
  });

  it("pending are eight requests, then seven ABORT TASKs tied to their commands", () => {
    const dump = takeDump(new RingImage(path, SEED_X86_64), EVERYTHING, null);
    const pending = (dump.rings[0]?.slots ?? []).filter((s) => s.snapshot.status !== 0);
    expect(pending.map((s) => [s.snapshot.slot, s.text, s.abortedCid])).toEqual([
      [270, "READ(10) lba=0xa8 blocks=8", null],
      [271, "READ(10) lba=0x70 blocks=8", null],
      [272, "READ(10) lba=0x38 blocks=8", null],
      [273, "READ(10) lba=0xe0 blocks=8", null],
      [274, "READ(10) lba=0x118 blocks=8", null],
      [275, "READ(10) lba=0x150 blocks=8", null],
      [276, "INQUIRY vpd=0x00 alloc=252", null],
      [277, "WRITE(10) lba=0x50 blocks=16", null],
      [278, "ABORT TASK tag=0xabcd000000118800", 4488],
      [279, "ABORT TASK tag=0xabcd000000118700", 4487],
      [280, "ABORT TASK tag=0xabcd000000118900", 4489],
      [281, "ABORT TASK tag=0xabcd000000118a00", 4490],
      [282, "ABORT TASK tag=0xabcd000000118b00", 4491],
      [283, "ABORT TASK tag=0xabcd000000118c00", 4492],
      [284, "ABORT TASK tag=0xabcd000000118e00", 4494],
    ]);
    expect(dump.rings[0]?.snapshot).toMatchObject({ consumerSlot: 270, producerSlot: 285 });
  });

  it("selects rings and slots", () => {
    const some = dumpOf(path, { ring: "ukring", slots: [389, 392], all: false });
    expect(Object.keys(some.rings)).toEqual(["ukring"]);
    expect(slotsOf(some, "ukring").map(({ slot }) => slot)).toEqual([389, 390]);
    const all = dumpOf(path, { ring: "ukring", slots: [389, 392], all: true });
    expect(slotsOf(all, "ukring").map(({ slot, text }) => [slot, text === ""])).toEqual([
      [389, false],
      [390, false],
      [391, true],
      [392, true],
    ]);
    expect(all.rings.ukring?.occupied).toBe(0);
    expect(slotsOf(dumpOf(path, { ...EVERYTHING, all: true }), "ukring").length).toBe(512);
  });
});

describe("an image written by C, another value in every field", () => {
  const path = join(tmpdir(), `tgt-probe-${process.pid}.bin`);
  writeFileSync(path, probeImage());
  const document = dumpOf(path);
  rmSync(path);

  /** probe.c counts bytes up from 1: `size` bytes from `first` as a little-endian number. */
  const le = (first: number, size: number): bigint => {
    const bytes = Array.from({ length: size }, (_, i) => BigInt(first + i));
    return bytes.reduceRight((value, byte) => (value << 8n) | byte, 0n);
  };
  const u32 = (first: number): number => Number(le(first, 4));
  const s32 = (first: number): number => Number(BigInt.asIntN(32, le(first, 4)));
  const long = (first: number): string => `0x${le(first, 8).toString(16)}`;
  const raw = (first: number, size: number): string =>
    hex(Buffer.from(Array.from({ length: size }, (_, i) => first + i)));

  it("is read back exactly", () => {
    const bare = (ring: "kuring" | "ukring") =>
      slotsOf(document, ring).map(({ text: _, ...slot }) => slot);
    expect(bare("kuring")).toEqual([
      {
        slot: 3,
        status: 1,
        len: 10,
        type: "CMD_REQ",
        event: {
          host_no: s32(1),
          cid: u32(5),
          data_len: u32(9),
          scb: raw(13, 16),
          lun: raw(29, 8),
          attribute: s32(37),
          tag: long(41),
        },
      },
      {
        slot: 4,
        status: 1,
        len: 11,
        type: "CMD_DONE",
        event: { host_no: s32(49), cid: u32(53), result: s32(57) },
      },
      {
        slot: 511,
        status: 1,
        len: 518,
        type: "TSK_MGMT_REQ",
        event: {
          host_no: s32(61),
          function: s32(65),
          tag: long(69),
          lun: raw(77, 8),
          mid: long(85),
        },
      },
    ]);
    expect(bare("ukring").slice(0, 2)).toEqual([
      {
        slot: 0,
        status: 1,
        len: 7,
        type: "CMD_RSP",
        event: {
          host_no: s32(93),
          cid: u32(97),
          len: u32(101),
          result: s32(105),
          uaddr: long(109),
          rw: 117,
        },
      },
      {
        slot: 1,
        status: 1,
        len: 8,
        type: "TSK_MGMT_RSP",
        event: { host_no: s32(118), mid: long(122), result: s32(130) },
      },
    ]);
  });

  it("an unknown type is its number and the whole event's bytes", () => {
    const unknown = slotsOf(document, "ukring")[2];
    expect(unknown).toMatchObject({ slot: 42, type: 0xfeed, text: "unknown event type 0xfeed" });
    expect(unknown?.event).toEqual({
      raw: `edfe0000${"00".repeat(4)}${"a5".repeat(32)}${"00".repeat(48)}`,
    });
  });
});

describe("a live device", () => {
  function liveDevice(): RingDevice {
    const rings = new ArrayBuffer(131072);
    const view = new DataView(rings);
    view.setUint32(65536, 1, true);
    view.setUint32(65536 + 8 + 12, 77, true);
    view.setUint32(65536 + 8 + 16, 300, true);
    view.setUint32(65536 + 8 + 20, 2, true);
    view.setBigUint64(65536 + 8 + 24, 0x5000n, true);
    const telemetry = {
      kuringProduced: 513,
      ukringConsumed: 512,
      stamp: (ring: string, slot: number) =>
        ring === "ukring" && slot === 0 ? { index: 0, verdict: -2, t_ns: 9_000_000_001n } : null,
    };
    const device = { name: "/dev/tgt", source: "device", role: "observer", dialect: SEED_X86_64 };
    return { ...device, rings, telemetry, close: () => {} } as unknown as RingDevice;
  }

  it("has a clock, indices, stamps and the kernel's table", () => {
    const command = {
      host_no: 3,
      cid: 9,
      tag: 0x1fn,
      lun: new Uint8Array(8),
      scb: Uint8Array.of(0x35),
      state: "sent",
      age_ms: 12,
    };
    const before = process.hrtime.bigint();
    const document = dumpDocument(takeDump(liveDevice(), EVERYTHING, [command]));
    expect(document).toMatchObject({
      source: "device",
      role: "observer",
      clock: "CLOCK_MONOTONIC",
    });
    expect(BigInt(document.time_ns ?? 0)).toBeGreaterThanOrEqual(before);
    expect(document.rings.ukring).toMatchObject({ producer_index: 513, consumer_index: 512 });
    expect(slotsOf(document, "ukring")[0]).toMatchObject({
      slot: 0,
      index: 0,
      verdict: -2,
      time_ns: "9000000001",
    });
    expect(document.commands).toEqual([
      {
        host_no: 3,
        cid: 9,
        tag: "0x1f",
        lun: "0000000000000000",
        scb: "35",
        state: "sent",
        age_ms: 12,
        text: "SYNCHRONIZE CACHE(10)",
      },
    ]);
  });

  it("gives the data of responses where it can be read, 256 bytes at most, and reads sense", () => {
    const dump = takeDump(liveDevice(), EVERYTHING, null);
    const asked: [bigint, number][] = [];
    const data = readResponseData(dump, (address, length) => {
      asked.push([address, length]);
      const bytes = new Uint8Array(length);
      bytes.set([0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20]);
      return bytes;
    });
    expect(asked).toEqual([[0x5000n, 256]]);
    const [found] = data.values();
    expect(found?.sense).toBe("ILLEGAL REQUEST 20/00 INVALID COMMAND OPERATION CODE");
    const [slot] = slotsOf(dumpDocument(dump, data), "ukring");
    expect(slot?.data?.length).toBe(512);
    expect([...readResponseData(dump, () => null).values()]).toEqual([
      { bytes: null, sense: null },
    ]);
  });
});
