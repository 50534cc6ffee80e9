// SPDX-License-Identifier: MIT
// Memory of a process by address: what is there, and what is not.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openProcessMemory } from "../../src/device/process-memory.js";

it("reads what is mapped and says null for the rest", () => {
  const [first = ""] = readFileSync("/proc/self/maps", "utf8").split("\n");
  const address = BigInt(`0x${first.split("-")[0]}`);
  const memory = openProcessMemory(process.pid);
  // the first mapping of a program is its ELF header
  expect(memory.read(address, 4)).toEqual(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  expect(memory.read(0n, 4)).toBeNull();
  expect(memory.read(0xffff888000000000n, 4)).toBeNull();
  expect(memory.read((1n << 63n) - 1n, 4)).toBeNull();
  memory.close();
});

it("throws the system's error for a process that is not there", () => {
  expect(() => openProcessMemory(2 ** 30)).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
