// SPDX-License-Identifier: MIT
// The same remark a thousand times is four lines.
import { expect, it } from "vitest";
import { Remarks } from "../../src/session/remarks.js";

it("is told the first time, and at every tenfold", () => {
  const told: string[] = [];
  const remarks = new Remarks((text) => told.push(text));
  for (let i = 0; i < 1000; i++) remarks.add("a");
  remarks.add("b");
  expect(told).toEqual(["a", "a (10 times)", "a (100 times)", "a (1000 times)", "b"]);
});

it("keeps no more than so many texts", () => {
  const told: string[] = [];
  const remarks = new Remarks((text) => told.push(text));
  for (let i = 0; i < 10_000; i++) remarks.add(String(i));
  expect(told).toHaveLength(10_000);
});
