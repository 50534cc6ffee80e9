// SPDX-License-Identifier: MIT
// What -D may be.
import { describe, expect, it } from "vitest";
import { parseDeviceSpec } from "../../src/device/device-spec.js";

describe("device spec", () => {
  it("takes paths as they are", () => {
    expect(parseDeviceSpec("/dev/tgt")).toEqual({ kind: "path", path: "/dev/tgt" });
    expect(parseDeviceSpec("simulation.bin")).toEqual({ kind: "path", path: "simulation.bin" });
  });

  it("reads the simulator's settings over its defaults", () => {
    expect(parseDeviceSpec("sim")).toMatchObject({ options: { depth: 32, read: 70, block: 4096 } });
    expect(parseDeviceSpec("sim:depth=1,rate=100,seed=9")).toMatchObject({
      kind: "simulator",
      options: { depth: 1, rate: 100, seed: 9, read: 70 },
    });
  });

  it("reads the simulator's quirks, none by default", () => {
    expect(parseDeviceSpec("sim:depth=1")).not.toHaveProperty("options.quirks");
    expect(parseDeviceSpec("sim:name=x,quirk=delay:1000,depth=1")).toMatchObject({
      name: "x",
      options: { depth: 1, quirks: [{ name: "delay", value: 1000 }] },
    });
    expect(parseDeviceSpec("sim:quirk=spin-delay:100")).toMatchObject({
      options: { quirks: [{ name: "spin-delay", value: 100 }] },
    });
  });

  it.each([
    ["sim:depth=0", /from 1 to 512/],
    ["sim:depth=x", /depth=x/],
    ["sim:depth", /depth=/],
    ["sim:speed=3", /unknown simulator setting 'speed'/],
    ["sim:block=100", /from 512/],
    ["sim:block=1000", /multiple of 512/],
    ["sim:read=101", /from 0 to 100/],
    ["sim:quirk=", /unknown simulator quirk ''/],
    ["sim:quirk=slow:3", /unknown simulator quirk 'slow'/],
    ["sim:quirk=delay", /delay: US is not a whole number from 1 to 1000000/],
    ["sim:quirk=delay:0", /delay:0/],
    ["sim:quirk=delay:1.5", /delay:1.5/],
    ["sim:quirk=delay:1e3", /delay:1e3/],
    ["sim:quirk=spin-delay:1000001", /from 1 to 1000000/],
    ["sim:quirk=toString:1", /unknown simulator quirk/],
    ["", /empty/],
  ])("refuses %s", (text, message) => {
    expect(() => parseDeviceSpec(text)).toThrow(message);
  });
});
