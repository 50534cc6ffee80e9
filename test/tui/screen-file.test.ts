// SPDX-License-Identifier: MIT
// The screen as a file: its text, its name, and what is in the way.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { TgtctlError } from "../../src/errors.js";
import { BOLD, Cells } from "../../src/tui/cells.js";
import { screenFileName, screenText, writeScreenFile } from "../../src/tui/screen-file.js";

/** Bytes the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const writeSync = (fd: number, bytes: Buffer, offset: number): number => {
    if (disk.room === 0) {
      throw Object.assign(new Error("full"), { code: "ENOSPC", errno: -28, syscall: "write" });
    }
    const length = Math.min(bytes.length - offset, disk.room, 5);
    disk.room -= length;
    return fs.writeSync(fd, bytes, offset, length);
  };
  return { ...fs, writeSync };
});

const folder = mkdtempSync(join(tmpdir(), "tgtctl-screen-"));
afterAll(() => rmSync(folder, { recursive: true }));
const NOW = new Date(2031, 0, 2, 3, 4, 5);

function directory(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe("the text", () => {
  it("is the screen's, without attributes and without spaces at the ends", () => {
    const cells = new Cells(10, 4);
    cells.put(0, 0, " tgtctl", BOLD);
    cells.put(0, 1, "─┼▆\x1b[m");
    expect(screenText(cells, "unicode")).toBe(" tgtctl\n─┼▆?[m\n");
    expect(screenText(cells, "ascii")).toBe(" tgtctl\n-+*?[m\n");
    expect(screenText(new Cells(3, 3), "ascii")).toBe("\n");
  });
});

describe("the file", () => {
  it("is new each time, and for the user only", () => {
    const at = directory("new");
    symlinkSync("elsewhere", join(at, "tgtctl-20310102-030405-2.txt"));
    const paths = ["one\n", "two\n", "three\n"].map((text) => writeScreenFile(at, text, NOW));
    expect(paths.map((path) => path.slice(at.length + 1))).toEqual([
      "tgtctl-20310102-030405.txt",
      "tgtctl-20310102-030405-3.txt",
      "tgtctl-20310102-030405-4.txt",
    ]);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["one\n", "two\n", "three\n"]);
    expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expect(readdirSync(at)).not.toContain("elsewhere");
  });

  it("is whole, or it is not there", () => {
    const at = directory("full");
    const path = writeScreenFile(at, "written in pieces \u2500\n", NOW);
    expect(readFileSync(path, "utf8")).toBe("written in pieces \u2500\n");
    disk.room = 10;
    expect(() => writeScreenFile(at, "more than ten bytes\n", NOW)).toThrow(
      /-2\.txt: .*space.*\(ENOSPC\)/,
    );
    disk.room = Number.POSITIVE_INFINITY;
    expect(readdirSync(at)).toEqual(["tgtctl-20310102-030405.txt"]);
  });

  it("is not made where there is no room for a name", () => {
    const at = directory("crowded");
    for (let nth = 1; nth <= 99; nth++) writeFileSync(join(at, screenFileName(NOW, nth)), "old");
    expect(() => writeScreenFile(at, "x", NOW)).toThrow(/-99\.txt: .*\(EEXIST\)/);
    expect(readFileSync(join(at, screenFileName(NOW, 1)), "utf8")).toBe("old");
  });

  it.each([
    ["nowhere", join(folder, "nowhere"), /\(ENOENT\)/],
    ["in a process's directory", "/proc/self", /\((ENOENT|EACCES|EPERM)\)/],
    ["in a file", "/dev/null", /\(ENOTDIR\)/],
  ])("cannot be made %s", (_, at, message) => {
    try {
      writeScreenFile(at, "x", NOW);
    } catch (error) {
      expect(error).toBeInstanceOf(TgtctlError);
      expect((error as TgtctlError).kind).toBe("cannotCreate");
      expect((error as TgtctlError).message).toMatch(message);
      return;
    }
    expect.unreachable("written");
  });
});
