// SPDX-License-Identifier: MIT
// What native threads do to a file, against a model of it in memory.
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Mapping, native, type StoreOperation } from "../../../src/device/native.js";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";

const shim = native();
/** More than the pieces that the native side works in. */
const SIZE = 3 * 2 ** 20 + 4096;
const ENXIO = 6;
const EFAULT = 14;

let directory = "";
let path = "";
let fd = -1;
let wakeFd = -1;
let source: Mapping;
let pattern: Uint8Array;
beforeEach(() => {
  // Where a punched hole is a hole and zeroes cannot be had without writing them: tmpfs.
  directory = mkdtempSync("/dev/shm/tgtctl-operations-");
  path = join(directory, "disk");
  fd = shim.open(path, "rw", true);
  truncateSync(path, SIZE);
  wakeFd = shim.wakeFd();
  source = shim.arena(SIZE);
  pattern = new Uint8Array(source.buffer);
});
afterEach(() => {
  for (const open of [fd, wakeFd]) shim.close(open);
  shim.unmap(source);
  rmSync(directory, { recursive: true });
});

/** One operation on the file, to its end. */
function run(
  operation: StoreOperation,
  offset: number,
  length: number,
  sourceLength = 0,
  address = source.address,
): { errno: number; at: number } {
  const from = sourceLength === 0 ? 0n : address;
  shim.background(operation, fd, BigInt(offset), BigInt(length), 7, wakeFd, from, sourceLength);
  expect(shim.wait(-1, wakeFd, 20_000, null)).not.toBe(0);
  const [{ errno, at } = { errno: -1, at: -1 }] = shim.completions(wakeFd);
  return { errno, at };
}

function content(): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  expect(shim.pread(fd, bytes, 0n)).toBe(SIZE);
  return bytes;
}

function repeated(length: number, sourceLength: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += sourceLength) {
    bytes.set(pattern.subarray(0, Math.min(sourceLength, length - at)), at);
  }
  return bytes;
}

/** Long ones too, but mostly short. */
const size = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: SIZE }) },
);
const range = fc
  .tuple(size, fc.nat())
  .map(([length, at]) => ({ length, offset: at % (SIZE - length + 1) }));
const ok = { errno: 0, at: -1 };
const runs = { numRuns: 60 };

function randomize(seed: number): void {
  let state = seed | 1;
  for (let at = 0; at < SIZE; at++) {
    state = Math.imul(state, 1664525) + 1013904223;
    pattern[at] = state >>> 24;
  }
}

describe("a range of a file", () => {
  it("is filled with a pattern, and compared with it to the first difference", () => {
    randomize(5);
    fc.assert(
      fc.property(range, size, fc.nat(), ({ offset, length }, sourceLength, where) => {
        expect(run("fill", offset, length, sourceLength)).toEqual(ok);
        const wanted = repeated(length, sourceLength);
        const found = content().subarray(offset, offset + length);
        expect(Buffer.compare(found, wanted)).toBe(0);
        expect(run("compare", offset, length, sourceLength)).toEqual(ok);
        const at = where % length;
        shim.pwrite(fd, Uint8Array.of((found[at] ?? 0) ^ 1), BigInt(offset + at));
        expect(run("compare", offset, length, sourceLength)).toEqual({ errno: 0, at });
      }),
      runs,
    );
  });

  it("holds what a model of it holds after any mix of operations", () => {
    randomize(9);
    const model = new Uint8Array(SIZE);
    const operation = fc.constantFrom<StoreOperation[]>("punch", "zero", "fill", "write", "sync");
    fc.assert(
      fc.property(operation, range, size, (name, { offset, length }, sourceLength) => {
        const used = name === "write" ? length : name === "fill" ? sourceLength : 0;
        expect(run(name, offset, length, used)).toEqual(ok);
        if (name === "punch" || name === "zero") model.fill(0, offset, offset + length);
        if (used > 0) model.set(repeated(length, used), offset);
        expect(Buffer.compare(content(), model)).toBe(0);
        expect(run("check", offset, length)).toEqual(ok);
      }),
      runs,
    );
  });

  it("keeps its room when zeroed and gives it back when punched", () => {
    run("fill", 0, SIZE, 1);
    const room = statSync(path).blocks;
    run("zero", 0, SIZE);
    expect(statSync(path).blocks).toBe(room);
    run("punch", 4096, SIZE - 4096);
    expect(statSync(path).blocks).toBeLessThan(room / 2);
  });

  it("beyond the end of the file is ENXIO, and the file stays as long as it is", () => {
    truncateSync(path, 8192);
    for (const name of ["punch", "zero", "fill", "write", "compare", "check"] as const) {
      expect(run(name, 4096, 8192, 8192)).toEqual({ errno: ENXIO, at: -1 });
      expect(run(name, 4096, 0, 1)).toEqual(ok);
    }
    expect(run("prefetch", 4096, 8192)).toEqual(ok);
    expect(statSync(path).size).toBe(8192);
  });

  it("and memory that is not there is EFAULT", () => {
    for (const name of ["fill", "write", "compare"] as const) {
      for (const address of [8n, 2n ** 64n - 8n]) {
        expect(run(name, 0, 64, 64, address)).toEqual({ errno: EFAULT, at: -1 });
      }
    }
  });
});

it("serves a sparse file of 16 TiB to its last byte", () => {
  const spec = `file:${directory}/large,size=16T`;
  const [unit] = openUnits(shim, parseLunSpecs([spec]), { sharedMemoryPrefix: null });
  if (!unit) throw new Error("no unit");
  const { store } = unit;
  const end = 2 ** 44 - 512;
  shim.poke(BigInt(store.writeAddress(end)), Buffer.from("the end"));
  const found = Buffer.alloc(7);
  shim.pread(store.fd, found, BigInt(end));
  expect(found.toString()).toBe("the end");
  expect(store.isMapped(0, 2 ** 44)).toEqual({ mapped: false, length: 2 ** 44 - 4096 });
  expect(store.isMapped(end, 2 ** 44)).toEqual({ mapped: true, length: 512 });
  store.close(false);
});

it("maps a file anew where it has grown, and the bytes are the same at both addresses", () => {
  const place = mkdtempSync(join(tmpdir(), "tgtctl-resize-"));
  const [unit] = openUnits(shim, parseLunSpecs([`file:${place}/disk,size=1M`]), {
    sharedMemoryPrefix: null,
  });
  if (!unit) throw new Error("no unit");
  const { store } = unit;
  const before = store.writeAddress(512);
  truncateSync(`${place}/disk`, 2 ** 21);
  store.resize(store.available());
  shim.poke(BigInt(before), Buffer.from("late"));
  const found = Buffer.alloc(4);
  shim.peek(BigInt(store.readAddress(512)), found);
  expect(found.toString()).toBe("late");
  shim.poke(BigInt(store.writeAddress(2 ** 21 - 4)), found);
  store.close(false);
  rmSync(place, { recursive: true });
});
