// SPDX-License-Identifier: MIT
// Stores over the real addon: content that survives, files that shrink, flushes on native threads.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { native } from "../../../src/device/native.js";
import { TgtctlError } from "../../../src/errors.js";
import { DefaultResponder } from "../../../src/target/default-responder.js";
import type { Answer, Command } from "../../../src/target/responder.js";
import { MAX_TRANSFER, type StoreIo } from "../../../src/target/stores/store.js";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";
import { emptyAnswer } from "../bench.js";

const shim = native();
/** The shim satisfies what the target asks for. */
const io: StoreIo = shim;
const prefix = `tgtctl-test-${process.pid}`;
const EFAULT = -14;

let directory = "";
let disk = "";
let wakeFd = -1;
let cid = 0;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tgtctl-target-"));
  disk = join(directory, "disk");
  wakeFd = shim.wakeFd();
});
afterEach(() => {
  shim.close(wakeFd);
  rmSync(directory, { recursive: true });
});

function serve(...specs: string[]): DefaultResponder {
  const units = openUnits(io, parseLunSpecs(specs), {
    sharedMemoryPrefix: prefix,
    powerOnAttention: false,
  });
  return new DefaultResponder({ io, units, wakeFd, dataOnlySupported: true });
}

function command(hex: string): Command {
  const cdb = new Uint8Array(16);
  cdb.set(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  const tag = { tagLow: 0, tagHigh: 0 };
  return { ...tag, hostNo: 0, cid: ++cid, dataLen: 2 ** 24, cdb, lun: 0, attribute: 0x20 };
}

function ask(responder: DefaultResponder, hex: string): Answer | null {
  const answer = emptyAnswer();
  return responder.command(command(hex), answer) ? answer : null;
}

function bytesOf(answer: Answer | null): Buffer {
  const bytes = Buffer.alloc(answer?.len ?? 0);
  shim.peek(BigInt(answer?.uaddr ?? 0), bytes);
  return bytes;
}

/** What the kernel does with an answer to a WRITE of `text`. */
function put(answer: Answer | null, text: string): void {
  shim.poke(BigInt(answer?.uaddr ?? 0), Buffer.from(text.padEnd(answer?.len ?? 0, ".")));
}

function late(responder: DefaultResponder): number[] {
  expect(shim.wait(-1, wakeFd, 10_000, null)).not.toBe(0);
  return responder.poll().map(({ answer }) => answer.status);
}

const WRITE_BLOCK_8 = "2a 00 00000008 00 0001 00";
const READ_BLOCK_8 = "28 00 00000008 00 0001 00";

describe("ram:", () => {
  it("keeps its content for the next owner and goes away on a clean end", () => {
    const path = `/dev/shm/${prefix}-lun0`;
    const first = serve("ram:1M");
    put(ask(first, WRITE_BLOCK_8), "hello");
    const identity = bytesOf(ask(first, "12 01 80 00 ff 00"));
    first.close(true);
    expect(existsSync(path)).toBe(true);
    const second = serve("ram:1M");
    expect(bytesOf(ask(second, READ_BLOCK_8)).toString().slice(0, 6)).toBe("hello.");
    expect(bytesOf(ask(second, "12 01 80 00 ff 00"))).toEqual(identity);
    second.close();
    expect(existsSync(path)).toBe(false);
    const third = serve("ram:1M");
    expect(bytesOf(ask(third, "12 01 80 00 ff 00"))).not.toEqual(identity);
    third.close();
  });

  it("ends in order when somebody removed its name", () => {
    const responder = serve("ram:1M");
    rmSync(`/dev/shm/${prefix}-lun0`);
    responder.close();
  });

  it("without a prefix is memory without a name", () => {
    const [unit] = openUnits(shim, parseLunSpecs(["ram:1M"]), { sharedMemoryPrefix: null });
    expect(readFileSync("/proc/self/maps", "utf8")).toContain("/memfd:tgtctl (deleted)");
    unit?.store.close(false);
  });
});

describe("file:", () => {
  it("is made sparse, written through, and found again", () => {
    const responder = serve(`file:${disk},size=1G`);
    const { size, blocks } = statSync(disk);
    expect([size, blocks < 1000]).toEqual([2 ** 30, true]);
    put(ask(responder, "8a 00 00000000001fffff 00000001 00 00"), "the end");
    responder.close();
    const again = serve(`file:${disk},ro`);
    const text = bytesOf(ask(again, "88 00 00000000001fffff 00000001 00 00")).toString();
    expect(text.slice(0, 8)).toBe("the end.");
    again.close();
  });

  it("is the same disk as long as it is the same file, and another one when made anew", () => {
    const serialOf = (): string | undefined => {
      const responder = serve(`0=file:${disk},size=1M`);
      const serial = responder.units()[0]?.identity.serial;
      responder.close();
      return serial;
    };
    const first = serialOf();
    expect(serialOf()).toBe(first);
    rmSync(disk);
    expect(serialOf()).not.toBe(first);
  });

  it("syncs on a native thread: SYNCHRONIZE CACHE and FUA", () => {
    writeFileSync(disk, Buffer.alloc(65536));
    const responder = serve(`file:${disk}`);
    expect(ask(responder, "35 00 00000000 00 0000 00")).toBeNull();
    expect(late(responder)).toEqual([0]);
    const data = ask(responder, "2a 08 00000008 00 0001 00");
    expect(data?.dataOnly).toBe(true);
    put(data, "durable");
    expect(responder.dataMoved(0, cid, emptyAnswer())).toBe(false);
    expect(late(responder)).toEqual([0]);
    expect(readFileSync(disk).toString("latin1", 4096, 4104)).toBe("durable.");
    responder.close();
  });

  it("that shrinks gives MEDIUM ERROR, and works again when it has grown", () => {
    writeFileSync(disk, Buffer.alloc(65536, "x"));
    const responder = serve(`file:${disk}`);
    truncateSync(disk, 0);
    for (const [hex, asc] of [
      [READ_BLOCK_8, 0x11],
      [WRITE_BLOCK_8, 0x0c],
    ] as const) {
      const answer = ask(responder, hex);
      // The kernel sees what peek sees.
      expect(() => bytesOf(answer)).toThrow(expect.objectContaining({ code: "EFAULT" }));
      const better = emptyAnswer();
      expect(responder.rejected(0, cid, EFAULT, better)).toBe(true);
      const sense = bytesOf(better);
      expect([better.status, sense[2], sense[12], sense[13]]).toEqual([2, 3, asc, 0]);
    }
    truncateSync(disk, 65536);
    expect(bytesOf(ask(responder, READ_BLOCK_8))).toEqual(Buffer.alloc(512));
    responder.close();
  });

  it("names what is wrong with the path", () => {
    mkdirSync(disk);
    const kindOf = (spec: string): string => {
      try {
        serve(spec);
        return "opened";
      } catch (error) {
        return error instanceof TgtctlError ? error.kind : String(error);
      }
    };
    expect(kindOf(`file:${disk}`)).toBe("usage");
    expect(kindOf("file:/dev/null")).toBe("usage");
    expect(kindOf(`file:${directory}/none`)).toBe("inputMissing");
    expect(kindOf(`file:${directory}/none/disk`)).toBe("inputMissing");
    expect(kindOf(`file:${directory}/none/disk,size=1M`)).toBe("cannotCreate");
    writeFileSync(`${directory}/odd`, "odd");
    expect(kindOf(`file:${directory}/odd/disk`)).toBe("inputMissing");
    expect(kindOf(`file:${directory}/odd`)).toBe("usage");
  });
});

describe("null:", () => {
  it("reads zeroes whatever is written", () => {
    const responder = serve("null:8T");
    const write = ask(responder, "8a 00 0000000300000000 00008000 00 00");
    expect(write?.len).toBe(MAX_TRANSFER);
    put(write, "gone");
    const read = ask(responder, "88 00 0000000300000000 00008000 00 00");
    expect(bytesOf(read).equals(Buffer.alloc(MAX_TRANSFER))).toBe(true);
    responder.close();
  });
});
