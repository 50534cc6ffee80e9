// SPDX-License-Identifier: MIT
// Reads what `top --batch --json` printed and says what is wrong with it:
// frames.js FILE COUNT KIND. `traffic`: in every frame, with commands in flight; `some`: in one at
// least; `idle`: in none.
import { readFileSync } from "node:fs";

const [path, count, kind] = process.argv.slice(2);
const wrong = [];
const expect = (holds, words) => {
  if (!holds) wrong.push(words);
};

const frames = readFileSync(path, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));

expect(frames.length === Number(count), `${frames.length} frames, not ${count}`);
for (const [i, frame] of frames.entries()) {
  expect(frame.schema === "tgtctl.frame/1", `frame ${i}: schema ${frame.schema}`);
  expect(frame.device === "/dev/tgt", `frame ${i}: device ${frame.device}`);
  expect(frame.missed === null || frame.missed >= 0, `frame ${i}: missed ${frame.missed}`);
  for (const ring of ["kuring", "ukring"]) {
    const { occupied } = frame.rings?.[ring] ?? {};
    expect(occupied >= 0 && occupied <= 512, `frame ${i}: ${ring} has ${occupied} occupied slots`);
  }
}

const produced = frames.map((frame) => frame.rings?.kuring?.producer_index ?? 0);
const grew = produced.slice(1).filter((index, i) => index > produced[i]).length;
const busy = frames.filter((frame) => frame.rates?.cmd_req > 0 && frame.rates?.cmd_done > 0).length;
if (kind === "traffic") {
  expect(
    grew === frames.length - 1,
    `kuring's producer moved in ${grew} frames of ${frames.length}: ${produced}`,
  );
  expect(busy >= frames.length - 1, `only ${busy} frames show a rate`);
  const seen = frames.flatMap((frame) => frame.inflight.map((command) => command.text));
  expect(
    seen.some((text) => /^(READ|WRITE)\(/.test(text)),
    "no READ or WRITE was ever in flight",
  );
} else if (kind === "some") {
  expect(grew > 0, `kuring's producer did not move: ${produced}`);
  expect(busy > 0, "no frame shows a rate");
} else {
  expect(grew === 0, `kuring's producer moved: ${produced}`);
}

for (const words of wrong) console.error(`frames: ${words}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
