// SPDX-License-Identifier: MIT
// Asks gcc about kernel/scsi_tgt_if.h, by compiling probe.c. No compiler, no -m32: the test fails.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("probe.c", import.meta.url));
const ROW_BYTES = 56;
const NAME_BYTES = 48;

export interface ProbeRow {
  readonly value: number;
  readonly size: number;
}

function inScratch<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "tgt-probe-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Offsets (or values) and sizes as the compiler lays them out for `abi`, by name. */
export function probeRows(abi: "-m64" | "-m32"): Map<string, ProbeRow> {
  return inScratch((directory) => {
    const object = join(directory, "probe.o");
    const table = join(directory, "probe.bin");
    // Debian keeps asm/ in the multiarch directory, which -m32 does not look into.
    const multiarch = execFileSync("gcc", ["-print-multiarch"], { encoding: "utf8" }).trim();
    const include = ["-isystem", `/usr/include/${multiarch}`];
    const flags = ["-Wall", "-Wextra", "-Werror", "-ffreestanding", abi, ...include];
    execFileSync("gcc", [...flags, "-c", SOURCE, "-o", object]);
    execFileSync("objcopy", ["-O", "binary", "--only-section=.probe", object, table]);
    const bytes = readFileSync(table);
    const rows = new Map<string, ProbeRow>();
    for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
      const name = bytes.toString("latin1", at, at + NAME_BYTES).replace(/\0+$/, "");
      const value = bytes.readUInt32LE(at + NAME_BYTES);
      rows.set(name, { value, size: bytes.readUInt32LE(at + NAME_BYTES + 4) });
    }
    return rows;
  });
}

/** A ring image written by C, with another value in every field. */
export function probeImage(): Uint8Array {
  return inScratch((directory) => {
    const program = join(directory, "probe");
    execFileSync("gcc", ["-Wall", "-Wextra", "-Werror", "-DPROBE_MAIN", SOURCE, "-o", program]);
    return new Uint8Array(execFileSync(program, { maxBuffer: 1 << 20 }));
  });
}
