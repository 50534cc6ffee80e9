// SPDX-License-Identifier: MIT
// Who stops the initiator's clock: the kernel, or, where it cannot, the disks' timeouts.
import { describe, expect, it } from "vitest";
import type { DiskTimeouts } from "../../../src/session/hold/disk-timeouts.js";
import { KernelHold } from "../../../src/session/hold/kernel-hold.js";
import { systemError } from "../../target/fake-io.js";

function bench(errno: string | null, disks = 2, failing = false) {
  const calls: string[] = [];
  const remarks: string[] = [];
  const note = (text: string): void => {
    calls.push(text);
    if (failing && text !== "ask true" && text !== "ask false")
      throw systemError("write", "EACCES");
  };
  const timeouts = {
    raise: () => {
      note("raise");
      return disks;
    },
    restore: () => note("restore"),
  } as unknown as DiskTimeouts;
  const ask = (on: boolean): void => {
    note(`ask ${on}`);
    if (errno) throw systemError("ioctl", errno);
  };
  const options = { hold: ask, remark: (text: string) => void remarks.push(text) };
  const hold = new KernelHold({ ...options, timeouts });
  return { hold, bare: new KernelHold({ ...options, timeouts: null }), calls, remarks };
}

describe("KernelHold", () => {
  it("asks the kernel, and nobody else where it holds", () => {
    const { hold, calls, remarks } = bench(null);
    hold.set(true);
    hold.set(false);
    expect([calls, remarks]).toEqual([["ask true", "ask false"], []]);
  });

  it.each(["ENOTTY", "EINVAL"])(
    "raises timeouts where the kernel says %s, and says so",
    (errno) => {
      const { hold, calls, remarks } = bench(errno);
      for (const on of [true, false, true]) hold.set(on);
      expect(calls).toEqual(["ask true", "raise", "restore", "raise"]);
      expect(remarks[0]).toMatch(/no hold: the SCSI timeout of 2 disks is an hour/);
    },
  );

  it("says why the kernel does not hold where it could", () => {
    const { hold, calls, remarks } = bench("EIO", 0);
    hold.set(true);
    expect(calls).toEqual(["ask true", "raise"]);
    expect(remarks).toEqual([expect.stringMatching(/the kernel does not hold: .*\(EIO\)/)]);
  });

  it("does without where there is neither", () => {
    const { bare, calls, remarks } = bench("ENOTTY");
    bare.set(true);
    bare.set(false);
    expect([calls, remarks]).toEqual([["ask true"], []]);
  });

  it("remarks on timeouts that cannot be written, and throws nothing", () => {
    const { hold, remarks } = bench("ENOTTY", 1, true);
    hold.set(true);
    hold.set(false);
    expect(remarks).toHaveLength(2);
    expect(remarks[0]).toMatch(/\(EACCES\): what is held may be aborted/);
  });
});
