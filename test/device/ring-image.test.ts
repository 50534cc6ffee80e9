// SPDX-License-Identifier: MIT
// Ring images as devices, and every file that is none.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { RingImage } from "../../src/device/ring-image.js";

const scratch = mkdtempSync(join(tmpdir(), "tgt-image-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function fileOf(name: string, size: number): string {
  const path = join(scratch, name);
  writeFileSync(path, new Uint8Array(size).fill(0x5a));
  return path;
}

describe("a ring image", () => {
  it("is an offline device with the file's bytes", () => {
    const path = fileOf("good.bin", 131072);
    const device = new RingImage(path, SEED_X86_64);
    expect(device).toMatchObject({ name: path, source: "image", role: "offline", telemetry: null });
    expect(device.dialect).toBe(SEED_X86_64);
    expect(new Uint8Array(device.rings).every((byte) => byte === 0x5a)).toBe(true);
    device.close();
    expect(device.rings.byteLength).toBe(0);
    device.close();
  });

  it("is private: neither side sees the other's later changes", () => {
    const path = fileOf("private.bin", 131072);
    const device = new RingImage(path, SEED_X86_64);
    truncateSync(path, 0);
    expect(device.rings.byteLength).toBe(131072);
    expect(new Uint8Array(device.rings)[131071]).toBe(0x5a);
  });

  it("may be reached over a symbolic link", () => {
    const link = join(scratch, "link.bin");
    symlinkSync(fileOf("target.bin", 131072), link);
    expect(new RingImage(link, SEED_X86_64).name).toBe(link);
  });
});

const fifo = join(scratch, "fifo");
execFileSync("mkfifo", [fifo]);
const loop = join(scratch, "loop");
symlinkSync(loop, loop);

describe("what is no ring image", () => {
  it.each([
    [join(scratch, "missing.bin"), "inputMissing", 66, /No such file.*\(ENOENT\)/],
    [join(fileOf("file", 1), "below"), "inputMissing", 66, /\(ENOTDIR\)/],
    ["", "inputMissing", 66, /\(ENOENT\)/],
    [scratch, "undecodable", 65, /a directory, not a ring image/],
    [fifo, "undecodable", 65, /a pipe, not a ring image/],
    [loop, "io", 74, /\(ELOOP\)/],
    ["/dev/null", "usage", 64, /a character device, not a ring image/],
    [fileOf("empty.bin", 0), "undecodable", 65, /0 bytes, not 131072/],
    [fileOf("one.bin", 65536), "undecodable", 65, /65536 bytes, not 131072/],
    [fileOf("long.bin", 131073), "undecodable", 65, /131073 bytes, not 131072/],
    ["/proc/self/status", "undecodable", 65, /0 bytes, not 131072/],
  ])("%s: %s", (path, kind, exitCode, message) => {
    const open = () => new RingImage(path, SEED_X86_64);
    expect(open).toThrow(expect.objectContaining({ kind, exitCode }));
    expect(open).toThrow(message);
  });

  it("a character device is named in the remedy, and not opened", () => {
    const open = () => new RingImage("/dev/null", SEED_X86_64);
    expect(open).toThrow(
      expect.objectContaining({ remedy: "for a live device use: tgtctl dump --device /dev/null" }),
    );
  });

  it("a file that may not be read: permission, 77", () => {
    const path = fileOf("secret.bin", 131072);
    chmodSync(path, 0);
    // root may read anything: the attempt is made by another user, in a process of its own
    const script = join(scratch, "open.mjs");
    const module = join(scratch, "ring-image.mjs");
    chmodSync(scratch, 0o755);
    bundle("src/device/ring-image.ts", module);
    writeFileSync(
      script,
      `import { RingImage } from ${JSON.stringify(module)};
       if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
       try { new RingImage(${JSON.stringify(path)}, {}); console.log("opened"); }
       catch (e) { console.log(JSON.stringify([e.kind, e.exitCode, e.message])); }`,
    );
    const out = execFileSync(process.execPath, [script], { encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(["permission", 77, `${path}: Permission denied (EACCES)`]);
  });
});

function bundle(entry: string, outfile: string): void {
  execFileSync("node_modules/.bin/esbuild", [
    entry,
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--log-level=error",
    `--outfile=${outfile}`,
  ]);
}
