// SPDX-License-Identifier: MIT
// A unit in few characters, the same for its owner and for whoever looks on.
import { describe, expect, it } from "vitest";
import { specText, unitText } from "../../src/session/unit-text.js";
import { formatLunSpec, parseLunSpecs } from "../../src/target/units/lun-spec.js";

describe("a unit in few characters", () => {
  it.each([
    ["ram:64M", "ram:64M"],
    ["3=ram:65536K,ro,serial=A1", "ram:64M"],
    ["null:2T", "null:2T"],
    ["ram:1536,queue=4", "ram:1536"],
    ["file:/srv/a\\,b.img,size=4K", "file:/srv/a,b.img"],
  ])("%s is %s, whether from its owner or from the spec that it gives others", (typed, text) => {
    const [unit] = parseLunSpecs([typed]);
    expect(unit && [unitText(unit), specText(formatLunSpec(unit))]).toEqual([text, text]);
  });

  it("is as it came where it is not understood", () => {
    expect(specText("0=tape:9")).toBe("0=tape:9");
  });
});
