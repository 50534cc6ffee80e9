// SPDX-License-Identifier: MIT
// The kernel's log: only what came since, only what concerns the target.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelLog } from "../../../src/features/inject/kernel-log.js";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tgtctl-kmsg-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** One record at a time, as /dev/kmsg gives them. */
const record = (text: string): string => `6,339,5140900,-;${text}\n SUBSYSTEM=scsi\n`;

describe("KernelLog", () => {
  it("tells what has come since, and leaves out what is none of ours", () => {
    const file = join(dir, "kmsg");
    writeFileSync(file, record("scsi_tgt: something old"));
    const log = new KernelLog(file);
    expect(log.readable).toBe(true);
    expect(log.take()).toEqual([]);
    const seen: string[] = [];
    for (const text of [
      "scsi_tgt: bad; worse",
      "usb 1-1: new device",
      "BUG: unable to handle page fault",
      "sd 3:0:0:0: [sdb] tag#7 FAILED",
    ]) {
      appendFileSync(file, record(text));
      seen.push(...log.take());
    }
    expect(seen).toEqual([
      "scsi_tgt: bad; worse",
      "BUG: unable to handle page fault",
      "sd 3:0:0:0: [sdb] tag#7 FAILED",
    ]);
    log.close();
  });

  it("says that it cannot be read where that is so", () => {
    const log = new KernelLog(join(dir, "absent"));
    expect(log.readable).toBe(false);
    expect(log.take()).toEqual([]);
    log.close();
  });
});
