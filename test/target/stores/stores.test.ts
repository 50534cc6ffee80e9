// SPDX-License-Identifier: MIT
// Stores that cannot be opened or flushed: kind of error and its line; what is left behind.
import { describe, expect, it } from "vitest";
import { causeText, TgtctlError } from "../../../src/errors.js";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";
import { Bench } from "../bench.js";
import { FakeIo, systemError } from "../fake-io.js";

function open(io: FakeIo, ...specs: string[]): void {
  openUnits(io, parseLunSpecs(specs), { sharedMemoryPrefix: "t", files: io.fileSystem });
}

function failure(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TgtctlError)) throw error;
    expect(error.remedy).not.toBe("");
    return `${error.kind}: ${error.message}`;
  }
  return "opened";
}

describe("file:", () => {
  function withDisk(size = 4096): FakeIo {
    const io = new FakeIo();
    io.make("/disk", size);
    return io;
  }

  it.each<[string, string, string, FakeIo]>([
    ["missing", "file:/no", "inputMissing: /no: no such file (ENOENT)", new FakeIo()],
    [
      "missing, ro",
      "file:/no,size=4K,ro",
      "inputMissing: /no: no such file (ENOENT)",
      new FakeIo(),
    ],
    ["empty", "file:/disk", "usage: /disk: is empty", withDisk(0)],
    ["odd", "file:/disk", "usage: /disk: 1000 bytes are not a multiple of 512", withDisk(1000)],
    [
      "bs",
      "file:/disk,bs=4096",
      "usage: /disk: 512 bytes are not a multiple of 4096",
      withDisk(512),
    ],
    [
      "other size",
      "file:/disk,size=8K",
      "usage: /disk: is 4096 bytes, size= says 8192",
      withDisk(),
    ],
  ])("refuses: %s", (_name, spec, expected, io) => {
    expect(failure(() => open(io, spec))).toBe(expected.replace(": ", `: --lun ${spec}: `));
    expect(io.openFds.size).toBe(0);
  });

  it.each(["directory", "special file"] as const)("refuses a %s", (type) => {
    const io = new FakeIo();
    io.make("/disk", 4096, type);
    const expected = `usage: --lun file:/disk: /disk: is a ${type}`;
    expect(failure(() => open(io, "file:/disk"))).toBe(expected);
  });

  it.each<[string, string, string]>([
    ["open", "EACCES", "permission"],
    ["open", "EROFS", "permission"],
    ["open", "ENOENT", "inputMissing"],
    ["open", "EIO", "io"],
    ["mmap", "ENOMEM", "io"],
  ])("%s %s is %s", (call, code, kind) => {
    const io = withDisk();
    io.failing.set(call, code);
    const expected = `${kind}: --lun file:/disk: /disk: ${causeText(systemError(call, code))}`;
    expect(failure(() => open(io, "file:/disk"))).toBe(expected);
    expect(io.openFds.size).toBe(0);
  });

  it("is made with size=, and found again", () => {
    const io = new FakeIo();
    open(io, "file:/new,size=8K");
    expect(io.files.get("/new")?.size).toBe(8192);
    open(io, "file:/new,size=8K");
    open(io, "file:/new");
    const failing = new FakeIo();
    failing.failing.set("ftruncate", "EFBIG");
    expect(failure(() => open(failing, "file:/new,size=8K"))).toMatch(/^cannotCreate: .*EFBIG/);
    expect(failing.openFds.size).toBe(0);
    expect(failing.files.has("/new")).toBe(false);
  });
});

describe("ram:", () => {
  it("is found again in the same size, refused in another, gone after a clean end", () => {
    const io = new FakeIo();
    open(io, "ram:1M");
    const first = io.files.get("/dev/shm/t-lun0");
    open(io, "ram:1M");
    expect(io.files.get("/dev/shm/t-lun0")).toBe(first);
    expect(failure(() => open(io, "ram:2M"))).toBe(
      "busy: --lun ram:2M: /dev/shm/t-lun0 holds 1048576 bytes of an earlier owner, not 2097152",
    );
    expect(io.files.get("/dev/shm/t-lun0")).toBe(first);
    const bench = new Bench({ io });
    expect(io.files.has("/dev/shm/tgtctl-test-lun0")).toBe(true);
    bench.responder.close();
    expect(io.files.has("/dev/shm/tgtctl-test-lun0")).toBe(false);
    new Bench({ io }).responder.close(true);
    expect(io.files.has("/dev/shm/tgtctl-test-lun0")).toBe(true);
  });

  it("names the shared memory that could not be made", () => {
    const io = new FakeIo();
    io.failing.set("shm_open", "ENOSPC");
    expect(failure(() => open(io, "ram:1M"))).toBe(
      `cannotCreate: --lun ram:1M: shared memory /dev/shm/t-lun0: ${causeText(systemError("", "ENOSPC"))}`,
    );
  });
});

it("opens all units or none, and leaves memory as it found it", () => {
  const io = new FakeIo();
  io.make("/dev/shm/t-lun0", 2 ** 20);
  expect(failure(() => open(io, "ram:1M", "ram:1M", "null:1M", "file:/no"))).toMatch(
    /^inputMissing/,
  );
  expect([...io.files.keys()]).toEqual(["/dev/shm/t-lun0"]);
  expect(io.regions.length + io.arenas.length + io.openFds.size).toBe(0);
});

describe("close", () => {
  it("closes every store and then tells of the first that was not flushed", () => {
    const io = new FakeIo();
    io.make("/disk", 4096);
    const bench = new Bench({ io, specs: ["0=file:/disk", "1=null:1M"] });
    io.failing.set("fsync", "EIO");
    expect(failure(() => bench.responder.close())).toBe("io: LUN 0: not flushed: I/o error (EIO)");
    expect(io.regions.length + io.arenas.length + io.openFds.size).toBe(0);
  });

  it("waits for flushes that run", () => {
    const io = new FakeIo();
    io.make("/disk", 4096);
    const bench = new Bench({ io, specs: ["0=file:/disk"] });
    bench.ask("35 00 00000000 00 0000 00");
    io.finishFlush();
    bench.responder.close();
    expect(io.openFds.size).toBe(0);
  });
});
