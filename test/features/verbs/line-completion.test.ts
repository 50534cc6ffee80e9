// SPDX-License-Identifier: MIT
// What Tab may offer in a typed line.

import { expect, it } from "vitest";
import { SEED_X86_64 } from "../../../src/abi/seed.js";
import { completeLine } from "../../../src/features/verbs/line-completion.js";
import { VERB_FORMS } from "../../../src/features/verbs/verb-table.js";

const facts = {
  dialect: SEED_X86_64,
  words: ({ name, words }: { name: string; words?: readonly string[] }) =>
    name === "release" ? ["3:7", "3:8"] : (words ?? []),
};
const at = (line: string) => completeLine(line, line.length, VERB_FORMS, facts);

it.each([
  ["", "verb", 0, ["hold", "held", "step"]],
  ["he", "verb", 0, ["held"]],
  ["break ", "verb", 6, ["add", "list", "delete"]],
  ["break d", "verb", 6, ["delete"]],
  ["hold ", "[on|off]", 5, ["on", "off"]],
  ["hold --", "option", 5, ["--tmf"]],
  ["release ", "HOST:CID", 8, ["3:7", "3:8"]],
  ["release 3:7 ", "option", 12, ["--set", "--sense"]],
  ["release 3:7 --set re", "value of --set", 18, ["result="]],
  ["break add op", "field", 10, ["opcode"]],
  ["break add --once opcode == READ_1", "value of opcode", 27, ["READ_10"]],
  ["break add opcode == READ_10 --o", "option", 28, ["--once"]],
  ['break add "opcode ', "operator", 18, ["=="]],
  ["fault add lba ", "operator", 14, ["=="]],
])("%j wants a %s", (line, what, from, some) => {
  const completion = at(line);
  expect(completion).toMatchObject({ what, from });
  expect(completion.candidates).toEqual(expect.arrayContaining(some));
});

it.each(["nonsense ", "held ", "fault add lba == 1 : dr", "step 1 "])(
  "%j wants nothing known",
  (line) => {
    expect(at(line).candidates).toEqual([]);
  },
);
