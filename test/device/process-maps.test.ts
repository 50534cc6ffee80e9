// SPDX-License-Identifier: MIT
// /proc/PID/maps of our making, also such as no honest process has.
import { describe, expect, it } from "vitest";
import { isNarrow, parseMaps, pathOf, rangeName } from "../../src/device/process-maps.js";
import { chooseRings, findRings, type RingsPlace } from "../../src/device/process-rings.js";

const DAEMON = `
55d0c0e00000-55d0c0e02000 r--p 00000000 fe:01 1048602                    /usr/sbin/tgtd
7f65cc000000-7f65cc020000 rw-s 00000000 00:05 1034                       /dev/tgt (deleted)
7f65cc020000-7f65cc025000 r--s 00020000 00:05 1034                       /dev/tgt (deleted)
7ffd8a000000-7ffd8a021000 rw-p 00000000 00:00 0                          [stack]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

const TGT = 0xf400;
const asTgt = (): number => TGT;
const none = (): null => null;

describe("parsing", () => {
  it("reads range, sharing, offset, file and path", () => {
    const entries = parseMaps(DAEMON);
    expect(entries).toHaveLength(5);
    expect(entries[2]).toEqual({
      start: 0x7f65cc020000n,
      end: 0x7f65cc025000n,
      shared: true,
      offset: 0x20000n,
      file: "00:05 1034",
      path: "/dev/tgt (deleted)",
    });
    expect(entries[1] && pathOf(entries[1])).toBe("/dev/tgt");
    expect(entries[1] && rangeName(entries[1])).toBe("7f65cc000000-7f65cc020000");
  });

  it.each([
    "",
    "\n\n\n",
    "garbage",
    "7f65cc000000 rw-s 00000000 00:05 1034 /dev/tgt",
    "7f65cc000000-7f65cc020000 rw-s 00000000 00:05 1034/dev/tgt",
    "xyz-7f65cc020000 rw-s 00000000 00:05 1034 /dev/tgt",
    "7f65cc000000-7f65cc020000 rw-? 00000000 00:05 1034 /dev/tgt",
    "11117f65cc00000000-7f65cc020000 rw-s 00000000 00:05 1034 /dev/tgt",
    "7f65cc020000-7f65cc000000 rw-s 00000000 00:05 1034 /dev/tgt",
  ])("takes nothing out of %j", (text) => {
    expect(parseMaps(text)).toEqual([]);
  });

  it("keeps blanks, brackets and what looks like a line in a path", () => {
    const path = "/tmp/a b (deleted) \\0127f00-7f01 rw-s";
    const [entry] = parseMaps(`08048000-08049000 rw-s 00000000 00:05 7   ${path}`);
    expect(entry?.path).toBe(path);
    expect(entry && rangeName(entry)).toBe("8048000-8049000");
  });

  it("tells a 32-bit program by where its memory lies", () => {
    expect(isNarrow(parseMaps(DAEMON))).toBe(false);
    const narrow =
      "08048000-08049000 r-xp 00000000 fe:01 9 /tgtd\nffd00000-ffd21000 rw-p 0 00:00 0 [stack]";
    expect(isNarrow(parseMaps(narrow))).toBe(true);
    expect(isNarrow([])).toBe(false);
  });
});

describe("finding the rings", () => {
  it("of a daemon whose node is deleted, with the window behind", () => {
    expect(findRings(parseMaps(DAEMON), asTgt)).toMatchObject([
      {
        name: "/dev/tgt",
        rdev: TGT,
        rings: 0x7f65cc000000n,
        window: { address: 0x7f65cc020000n, size: 0x5000 },
      },
    ]);
  });

  it("takes one of two mappings of a device, also through two nodes", () => {
    const more = "7f65dd000000-7f65dd020000 r--s 00000000 00:05 2077 /dev/tgt";
    expect(findRings(parseMaps(`${DAEMON}${more}`), asTgt)).toHaveLength(1);
  });

  it("finds no window where none is mapped, nor rings where only it is", () => {
    const lines = DAEMON.split("\n");
    const without = (i: number): string => lines.filter((_, at) => at !== i).join("\n");
    expect(findRings(parseMaps(without(3)), asTgt)).toMatchObject([{ window: null }]);
    expect(findRings(parseMaps(without(2)), asTgt)).toEqual([]);
  });

  it.each([
    ["private", "7f65cc000000-7f65cc020000 rw-p 00000000 00:05 1034 /dev/tgt"],
    ["of another size", "7f65cc000000-7f65cc040000 rw-s 00000000 00:05 1034 /dev/tgt"],
    ["from elsewhere in the file", "7f65cc000000-7f65cc020000 rw-s 00001000 00:05 1034 /dev/tgt"],
  ])("not if it is %s", (_, text) => {
    expect(findRings(parseMaps(text), asTgt)).toEqual([]);
  });

  it("not if the file behind is no tgt device, whatever its name", () => {
    expect(findRings(parseMaps(DAEMON), none)).toEqual([]);
  });

  it("asks only about what may be a device", () => {
    const asked: string[] = [];
    const text = `${DAEMON}7f65ee000000-7f65ee100000 rw-s 00000000 00:31 5 /mnt/dead/file`;
    findRings(parseMaps(text), (entry) => {
      asked.push(entry.path);
      return null;
    });
    expect(asked).toEqual(["/dev/tgt (deleted)", "/dev/tgt (deleted)"]);
  });

  it("of a simulator, in one piece or in two", () => {
    const whole = "7f0000000000-7f0000025000 rw-s 00000000 00:01 88 /memfd:tgt-sim (deleted)";
    const place = findRings(parseMaps(whole), none);
    const window = { address: 0x7f0000020000n, size: 0x5000 };
    expect(place).toMatchObject([{ name: "sim", rdev: null, rings: 0x7f0000000000n, window }]);
    const other = "7f1000000000-7f1000020000 rw-s 00000000 00:01 89 /memfd:tgt-sim (deleted)";
    const names = findRings(parseMaps(`${whole}\n${other}`), none).map(({ name }) => name);
    expect(names).toEqual(["sim#88", "sim#89"]);
  });
});

describe("choosing", () => {
  const place = (name: string, rdev: number | null): RingsPlace => {
    const [found] = findRings(parseMaps(DAEMON), asTgt);
    if (!found) throw new Error("no rings in the fixture");
    return { ...found, name, rdev };
  };
  const two = [place("/dev/tgt", TGT), place("sim", null)];

  it("takes the only one, or the one that is named", () => {
    expect(chooseRings(two.slice(0, 1), null, "pid 7").name).toBe("/dev/tgt");
    expect(chooseRings(two, "sim", "pid 7").name).toBe("sim");
    expect(chooseRings(two, "/dev/tgt", "pid 7").name).toBe("/dev/tgt");
  });

  it.each([
    ["none", [], null, "unavailable", /pid 7 maps no rings/],
    ["several", two, null, "usage", /several devices: \/dev\/tgt, sim/],
    ["another", two, "/dev/null", "usage", /does not map the rings of \/dev\/null/],
    [
      "one of two simulators",
      [place("sim#1", null), place("sim#2", null)],
      "sim",
      "usage",
      /several/,
    ],
  ] as const)("refuses %s", (_, places, wanted, kind, words) => {
    expect(() => chooseRings(places, wanted, "pid 7")).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(words) }),
    );
  });
});
