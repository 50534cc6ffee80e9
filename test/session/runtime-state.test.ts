// SPDX-License-Identifier: MIT
// What an owner leaves behind, and whose word the next one does not take.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readServed, writeServed } from "../../src/session/runtime-state.js";

const DEVICE = "/dev/tgt";
const SERVED = {
  specs: ["0=ram:67108864", "3=file:/srv/a\\,b,ro"],
  memoryPrefix: "tgtctl-tgt",
  serials: { 0: "a", 3: "b" },
};
let parent = "";
let directory = "";
let file = "";

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tgtctl-state-"));
  directory = join(parent, "tgtctl");
  file = join(directory, "tgt.luns.json");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe("the state file", () => {
  it("gives back what was written, for nobody else to read", () => {
    expect(readServed(DEVICE, directory)).toBeNull();
    expect(writeServed(DEVICE, SERVED, directory)).toBe(true);
    expect(writeServed(DEVICE, SERVED, directory)).toBe(true);
    expect(readServed(DEVICE, directory)).toEqual(SERVED);
    expect([statSync(directory).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["no units, which would stand for the default", { ...SERVED, specs: [] }],
    ["a spec of another version", { ...SERVED, specs: ["0=tape:1M"] }],
    ["one LUN twice", { ...SERVED, specs: ["0=ram:1M", "0=ram:2M"] }],
    ["specs that are no text", { ...SERVED, specs: [7] }],
    ["memory elsewhere", { ...SERVED, memoryPrefix: "../../srv/data" }],
    ["serials that are no text", { ...SERVED, serials: { 0: 7 } }],
    ["no serials at all", { ...SERVED, serials: null }],
    ["memory without a name", { ...SERVED, memoryPrefix: "" }],
  ])("is no word: %s", (_name, content) => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    expect(readServed(DEVICE, directory)).toBeNull();
  });

  it("is not read where others may write, nor through a link", () => {
    writeServed(DEVICE, SERVED, directory);
    chmodSync(directory, 0o777);
    expect(readServed(DEVICE, directory)).toBeNull();
    expect(writeServed(DEVICE, SERVED, directory)).toBe(false);
    chmodSync(directory, 0o700);
    writeFileSync(join(parent, "elsewhere"), readFileSync(file));
    rmSync(file);
    symlinkSync(join(parent, "elsewhere"), file);
    expect(readServed(DEVICE, directory)).toBeNull();
  });

  it("is not written through a link", () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(parent, "victim"), "precious");
    symlinkSync(join(parent, "victim"), `${file}.new`);
    expect(writeServed(DEVICE, SERVED, directory)).toBe(true);
    expect(readFileSync(join(parent, "victim"), "utf8")).toBe("precious");
    expect(readServed(DEVICE, directory)).toEqual(SERVED);
  });
});
