// SPDX-License-Identifier: MIT
// LUN specs: what is accepted, what is refused and how.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { formatLunSpec, type LunSpec, parseLunSpecs } from "../../../src/target/units/lun-spec.js";

const M = 2 ** 20;

describe("parseLunSpecs", () => {
  const common = { readOnly: false, blockSize: 512, serial: null, queue: null };
  it.each<[string, object]>([
    ["ram:64M", { ...common, kind: "ram", lun: 0, size: 64 * M }],
    ["7=ram:512", { ...common, kind: "ram", lun: 7, size: 512 }],
    ["16383=null:8T,ro", { ...common, kind: "null", lun: 16383, size: 2 ** 43, readOnly: true }],
    ["ram:1g,bs=4096", { ...common, kind: "ram", lun: 0, size: 2 ** 30, blockSize: 4096 }],
    ["ram:1M,queue=65535", { ...common, kind: "ram", queue: 65535 }],
    ["256=file:/a,queue=1", { ...common, kind: "file", lun: 256, queue: 1 }],
    ["file:/a,size=16T", { ...common, kind: "file", size: 2 ** 44 }],
    ["file:/a/b", { ...common, kind: "file", lun: 0, path: "/a/b", size: null }],
    ["file:/a/../b,size=1M,ro", { ...common, kind: "file", path: "/b", size: M, readOnly: true }],
    ["file:x", { kind: "file", path: `${process.cwd()}/x` }],
    ["file:/a\\,b\\\\,serial=A B=C", { kind: "file", path: "/a,b\\", serial: "A B=C" }],
    ["file:/a\\b=c", { kind: "file", path: "/a\\b=c" }],
  ])("accepts %s", (text, expected) => {
    expect(parseLunSpecs([text])).toMatchObject([{ ...expected, text }]);
  });

  it("serves 64 MiB of memory by default", () => {
    expect(parseLunSpecs([])).toMatchObject([{ kind: "ram", lun: 0, size: 64 * M }]);
  });

  it("gives out the lowest numbers nobody asked for", () => {
    const specs = parseLunSpecs(["ram:1M", "0=ram:1M", "null:1M", "2=ram:1M"], [1]);
    expect(specs.map((spec) => spec.lun)).toEqual([3, 0, 4, 2]);
  });

  it.each<[string, string[]]>([
    ["not a LUN spec", [""]],
    ["not a LUN spec", ["ram"]],
    ["not a LUN spec", ["disk:1M"]],
    ["not a LUN spec", ["-1=ram:1M"]],
    ["not a LUN spec", ["x=ram:1M"]],
    ["LUN 16384 is too large", ["16384=ram:1M"]],
    ["LUN 0 is already taken", ["0=ram:1M", "0=ram:2M"]],
    ['"" is not a size', ["ram:"]],
    ['"1.5G" is not a size', ["ram:1.5G"]],
    ['"-1" is not a size', ["ram:-1"]],
    ['"64MB" is not a size', ["ram:64MB"]],
    ["the size is 0", ["ram:0"]],
    ["the size is too large", ["ram:17T"]],
    ["the size is too large", ["null:99999999999999999999T"]],
    ["the size 1000 is not a multiple of the block size 512", ["ram:1000"]],
    ["the size 512 is not a multiple of the block size 4096", ["ram:512,bs=4096"]],
    ["bs=520 is not a block size", ["ram:1M,bs=520"]],
    ['"size=1M" is not an option of ram:', ["ram:1M,size=1M"]],
    ['"rw" is not an option of ram:', ["ram:1M,rw"]],
    ['"ro=1" is not an option of file:', ["file:/x,ro=1"]],
    ['"b" is not an option of file:', ["file:/a,b"]],
    ["ro is given twice", ["ram:1M,ro,ro"]],
    ['"" is not a serial number', ["ram:1M,serial="]],
    ['" x" is not a serial number', ["ram:1M,serial= x"]],
    ['"é" is not a serial number', ["ram:1M,serial=é"]],
    [`"${"x".repeat(33)}" is not a serial number`, [`ram:1M,serial=${"x".repeat(33)}`]],
    ["queue=0 is not a number of commands", ["ram:1M,queue=0"]],
    ["queue=65536 is not a number of commands", ["ram:1M,queue=65536"]],
    ["queue=1e3 is not a number of commands", ["ram:1M,queue=1e3"]],
    ["queue= is not a number of commands", ["ram:1M,queue="]],
    ['"queue" is not an option of ram:', ["ram:1M,queue"]],
    ['"constructor=1" is not an option of ram:', ["ram:1M,constructor=1"]],
    ["serial A is given twice", ["ram:1M,serial=A", "ram:1M,serial=A"]],
    ["the path is missing", ["file:"]],
    ["the path is missing", ["file:,size=1M"]],
    ["the size is 0", ["file:/x,size=0"]],
    ["the size 5 is not a multiple of the block size 512", ["file:/x,size=5"]],
  ])("refuses: %s", (what, texts) => {
    const run = (): unknown => parseLunSpecs(texts);
    expect(run).toThrow(TgtctlError);
    try {
      run();
    } catch (error) {
      const { kind, message, remedy } = error as TgtctlError;
      expect(kind).toBe("usage");
      expect(message).toBe(`--lun ${texts.at(-1)}: ${what}`);
      expect(remedy).not.toBe("");
    }
  });

  it("reads what formatLunSpec writes", () => {
    const option = fc.constantFrom(
      "",
      ",ro",
      ",bs=4096",
      ",serial=A\\,\\\\B",
      ",ro,bs=4096",
      ",queue=7",
    );
    const text = fc
      .tuple(
        fc.constantFrom("", "5="),
        fc.constantFrom("ram:1M", "null:4K", "file:/a\\,b\\\\c"),
        option,
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (spec) => {
        const strip = ({ text: _, ...rest }: LunSpec): object => rest;
        const once = parseLunSpecs([spec]);
        const twice = parseLunSpecs(once.map(formatLunSpec));
        expect(twice.map(strip)).toEqual(once.map(strip));
      }),
    );
  });

  it("refuses or accepts any text, and nothing else", () => {
    const piece = fc.constantFrom(
      "ram:",
      "file:",
      "0=",
      ",",
      "\\",
      "ro",
      "bs=",
      "1",
      "K",
      "T",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parseLunSpecs([pieces.join("")]);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
        }
      }),
    );
  });
});
