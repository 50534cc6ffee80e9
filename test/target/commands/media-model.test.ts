// SPDX-License-Identifier: MIT
// Whatever is written, unmapped, compared and verified in a row, real stores hold what a plain buffer holds.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { RealInitiator } from "../real-initiator.js";

const BLOCK = 512;
const BLOCKS = 64;
const SIZE = BLOCK * BLOCKS;
const MISCOMPARE = 14;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tgtctl-model-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function cdb16(opcode: number, flags: number, lba: number, blocks: number): Buffer {
  const cdb = Buffer.alloc(16);
  cdb.set([opcode, flags]);
  cdb.writeBigUInt64BE(BigInt(lba), 2);
  cdb.writeUInt32BE(blocks, 10);
  return cdb;
}

/** Two descriptors, the second perhaps without blocks. */
function unmapList(lba: number, blocks: number): Buffer {
  const list = Buffer.alloc(8 + 32);
  list.writeUInt16BE(38, 0);
  list.writeUInt16BE(32, 2);
  const half = Math.ceil(blocks / 2);
  list.writeBigUInt64BE(BigInt(lba), 8);
  list.writeUInt32BE(half, 16);
  list.writeBigUInt64BE(BigInt(lba + half), 24);
  list.writeUInt32BE(blocks - half, 32);
  return list;
}

interface Scene {
  readonly initiator: RealInitiator;
  /** What the blocks hold; to be changed by what writes. */
  readonly held: Buffer;
  readonly lba: number;
  readonly blocks: number;
  /** As many bytes as `held`, and what is written. */
  readonly written: Buffer;
  /** `held`, or with its byte at `wrong` changed if that is not -1. */
  readonly wanted: Buffer;
  readonly wrong: number;
  /** FUA, UNMAP or BYTCHK. */
  readonly flag: boolean;
}

const ACTIONS = {
  write({ initiator, held, lba, blocks, written, flag }: Scene): void {
    expect(initiator.send(cdb16(0x8a, flag ? 0x08 : 0, lba, blocks), written)).toBe("");
    written.copy(held);
  },
  writeSame({ initiator, held, lba, blocks, written, flag }: Scene): void {
    const block = written.subarray(0, BLOCK);
    expect(initiator.send(cdb16(0x93, flag ? 0x08 : 0, lba, blocks), block)).toBe("");
    for (let at = 0; at < held.length; at += BLOCK) block.copy(held, at);
  },
  unmap({ initiator, held, lba, blocks }: Scene): void {
    const cdb = Buffer.from("42000000000000002800", "hex");
    expect(initiator.send(cdb, unmapList(lba, blocks))).toBe("");
    held.fill(0);
  },
  compareAndWrite({ initiator, held, lba, blocks, written, wanted, wrong, flag }: Scene): void {
    const data = Buffer.concat([wanted, written]);
    const expected = wrong < 0 ? "" : `${MISCOMPARE}/${wrong}`;
    expect(initiator.send(cdb16(0x89, flag ? 0x08 : 0, lba, blocks), data)).toBe(expected);
    if (wrong < 0) written.copy(held);
  },
  verify({ initiator, lba, blocks, wanted, wrong, flag }: Scene): void {
    const expected = flag && wrong >= 0 ? `${MISCOMPARE}/${lba + Math.floor(wrong / BLOCK)}` : "";
    expect(initiator.send(cdb16(0x8f, flag ? 0x02 : 0, lba, blocks), wanted)).toBe(expected);
  },
  verifyOneBlock({ initiator, held, lba, blocks }: Scene): void {
    const block = Buffer.from(held.subarray(0, BLOCK));
    const other = held.findIndex((byte, at) => byte !== block[at % BLOCK]);
    const expected = other < 0 ? "" : `${MISCOMPARE}/${lba + Math.floor(other / BLOCK)}`;
    expect(initiator.send(cdb16(0x8f, 0x06, lba, blocks), block)).toBe(expected);
  },
  writeAndVerify({ initiator, held, lba, blocks, written, flag }: Scene): void {
    expect(initiator.send(cdb16(0x8e, flag ? 0x02 : 0, lba, blocks), written)).toBe("");
    written.copy(held);
  },
};

const step = fc.record({
  action: fc.constantFrom(...Object.values(ACTIONS)),
  lba: fc.nat(BLOCKS - 1),
  most: fc.integer({ min: 1, max: 24 }),
  /** 0: zeroes. */
  fill: fc.nat(3),
  flag: fc.boolean(),
  place: fc.oneof(fc.constant(-1), fc.nat(24 * BLOCK - 1)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(initiator: RealInitiator, model: Buffer, now: Step): void {
  const { action, lba, fill, flag, place } = now;
  const blocks = Math.min(now.most, BLOCKS - lba);
  const held = model.subarray(lba * BLOCK, (lba + blocks) * BLOCK);
  const written = Buffer.from(held.map((_, at) => (fill === 0 ? 0 : fill * 37 + (at >> 3))));
  const wanted = Buffer.from(held);
  const wrong = place < held.length ? place : -1;
  if (wrong >= 0) wanted[wrong] = (wanted[wrong] ?? 0) ^ 0xff;
  action({ initiator, held, lba, blocks, written, wanted, wrong, flag });
}

it.each(["file", "ram"])("%s: holds what a buffer holds", (kind) => {
  const spec = kind === "file" ? `0=file:${directory}/disk,size=${SIZE}` : `0=ram:${SIZE}`;
  const initiator = new RealInitiator(spec);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const model = Buffer.alloc(SIZE);
      expect(initiator.send(cdb16(0x8a, 0, 0, BLOCKS), model)).toBe("");
      for (const now of steps) play(initiator, model, now);
      expect(initiator.fetch(cdb16(0x88, 0, 0, BLOCKS), SIZE).equals(model)).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(initiator.responder.inFlight).toBe(0);
  initiator.close();
});

it("UNMAP gives room back, and GET LBA STATUS says so", () => {
  const folder = mkdtempSync("/dev/shm/tgtctl-unmap-"); // where holes can be had
  const initiator = new RealInitiator(`0=file:${folder}/disk,size=${SIZE}`);
  const firstStatus = (): [blocks: number, status: number] => {
    const data = initiator.fetch(cdb16(0x9e, 0x12, 0, 24), 24);
    return [data.readUInt32BE(16), data.readUInt8(20)];
  };
  try {
    initiator.send(cdb16(0x8a, 0, 0, BLOCKS), Buffer.alloc(SIZE, "x"));
    expect([statSync(`${folder}/disk`).blocks, ...firstStatus()]).toEqual([BLOCKS, BLOCKS, 0]);
    initiator.send(Buffer.from("42000000000000002800", "hex"), unmapList(0, 32));
    expect([statSync(`${folder}/disk`).blocks, ...firstStatus()]).toEqual([32, 32, 1]);
    initiator.send(cdb16(0x93, 0x09, 0, BLOCKS)); // UNMAP and NDOB
    expect([statSync(`${folder}/disk`).blocks, ...firstStatus()]).toEqual([0, BLOCKS, 1]);
  } finally {
    initiator.close();
    rmSync(folder, { recursive: true });
  }
});
