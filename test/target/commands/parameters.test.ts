// SPDX-License-Identifier: MIT
// READ CAPACITY: exact bytes.
import { describe, expect, it } from "vitest";
import { Bench } from "../bench.js";

describe("READ CAPACITY", () => {
  it("gives the last LBA and the block size", () => {
    const bench = new Bench({ specs: ["0=ram:1M", "1=ram:1M,bs=4096"] });
    expect(bench.send("25 00 00000000 0000 00 00")).toBe("GOOD 000007ff00000200");
    expect(bench.send("25 00 00000000 0000 00 00", { lun: 1 })).toBe("GOOD 000000ff00001000");
    const sixteen = `GOOD 00000000000007ff000002000000c0${"00".repeat(17)}`;
    expect(bench.send("9e 10 0000000000000000 00000020 00 00")).toBe(sixteen);
    expect(bench.send("9e 10 0000000000000000 0000000c 00 00")).toBe(sixteen.slice(0, 29));
  });

  it("says ffffffff where 32 bits are not enough", () => {
    const bench = new Bench({ specs: ["0=null:4T"] });
    expect(bench.send("25 00 00000000 0000 00 00")).toBe("GOOD ffffffff00000200");
    expect(bench.send("9e 10 0000000000000000 0000000c 00 00")).toBe(
      "GOOD 00000001ffffffff00000200",
    );
    expect(bench.send("1a 00 08 00 0c 00")).toBe("GOOD 1f001008ffffffff00000200");
    const edge = new Bench({ specs: ["0=null:2T"] });
    expect(edge.send("25 00 00000000 0000 00 00")).toBe("GOOD ffffffff00000200");
    const below = new Bench({ specs: [`0=null:${2 ** 41 - 512}`] });
    expect(below.send("25 00 00000000 0000 00 00")).toBe("GOOD fffffffe00000200");
  });

  it("checks LBA and PMI", () => {
    const bench = new Bench();
    expect(bench.sense("25 00 00000001 0000 00 00")).toBe("5/24/00 @2");
    expect(bench.send("25 00 000007ff 0000 01 00")).toBe("GOOD 000007ff00000200");
    expect(bench.sense("25 00 00000800 0000 01 00")).toBe("5/21/00");
    expect(bench.sense("9e 10 0000000000000001 00000020 00 00")).toBe("5/24/00 @2");
    expect(bench.sense("9e 10 ffffffffffffffff 00000020 01 00")).toBe("5/21/00");
  });
});
