// SPDX-License-Identifier: MIT
// What Tab makes of a line, and how much of the candidates is shown.

import fc from "fast-check";
import { expect, it } from "vitest";
import { candidatesIn } from "../../../src/tui/prompts/candidates.js";
import { complete } from "../../../src/tui/prompts/completing.js";
import { TextInput } from "../../../src/tui/text-input.js";

const words = (from: number, ...candidates: string[]) => ({ from, what: "", candidates });

it("puts in what all candidates share, then one after the other, and the other way", () => {
  const completion = words(0, "read_10", "read_16", "read_6");
  const shared = complete(new TextInput("Re x", 2), null, completion, 1);
  expect(shared).toEqual({ input: new TextInput("read_ x", 5), round: null });
  const first = complete(shared.input, shared.round, completion, 1);
  expect(first.input.text).toBe("read_10  x");
  const second = complete(first.input, first.round, completion, 1);
  expect(second.input.text).toBe("read_16  x");
  const last = complete(first.input, first.round, completion, -1);
  expect(last.input.text).toBe("read_6  x");
  expect(complete(shared.input, null, completion, -1).input.text).toBe("read_6  x");
});

it("ends a word that can only be one, except where it goes on", () => {
  expect(complete(new TextInput("op"), null, words(0, "opcode"), 1).input.text).toBe("opcode ");
  expect(complete(new TextInput("opcode"), null, words(0, "opcode"), 1).input.text).toBe("opcode ");
  expect(complete(new TextInput("--set re"), null, words(6, "result="), 1).input.text).toBe(
    "--set result=",
  );
  expect(complete(new TextInput("x"), null, words(1), 1).input.text).toBe("x");
});

it("shows whole candidates that fit, the chosen one always", () => {
  const word = fc.string({ minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 40 }),
      fc.nat(39),
      fc.integer({ min: 1, max: 120 }),
      (candidates, at, width) => {
        const chosen = at % candidates.length;
        const { first, shown, more } = candidatesIn(candidates, chosen, width);
        expect(shown).toEqual(candidates.slice(first, first + shown.length));
        expect(first <= chosen && chosen < first + shown.length).toBe(true);
        expect(more).toBe(first + shown.length < candidates.length);
        if (shown.length > 1) expect(shown.join("  ").length).toBeLessThanOrEqual(width);
      },
    ),
  );
});
