// SPDX-License-Identifier: MIT
// Holds what `tgtctl latency --json` printed to what must be true of it.
// latency.js FILE owner|observer|viewer [PUBLISHED]: what the kernel published in that time.
import { readFileSync } from "node:fs";

const [file, role, published] = process.argv.slice(2);
const documents = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line));
const wrong = [];
function holds(what, is) {
  if (!is) wrong.push(what);
}

/** Ns by which the sums of all stages may differ from the sum of the wholes: none, they are whole numbers. */
const RESOLUTION = 1;

function stagesAddUp({ stages, whole, samples }) {
  const parts = Object.values(stages);
  holds("five stages", parts.length === 5);
  holds(
    `one count: ${parts.map((part) => part.count)}`,
    new Set(parts.map((part) => part.count)).size === 1,
  );
  holds(
    "some were answered",
    whole.count > 0 && whole.count === parts[0].count && whole.count <= samples,
  );
  const sum = parts.reduce((total, part) => total + part.sum, 0);
  holds(`stages ${sum}, whole ${whole.sum}`, Math.abs(sum - whole.sum) <= RESOLUTION * whole.count);
}

function oneDistribution(document) {
  const { min, p50, p90, p99, p999, max, histogram } = document;
  const values = [min, p50, p90, p99, p999, max];
  holds(
    `ascending: ${values}`,
    values.every((value, i) => i === 0 || value >= values[i - 1] * 0.998),
  );
  // an emulated clock may stand still for less than it tells
  holds("not negative", min >= 0);
  const counted = histogram.reduce((total, [, count]) => total + count, 0);
  // a round trip ends where its CMD_DONE is found, also while awake
  const apart = document.measure === "round-trip" ? 0 : (document.awake ?? 0);
  holds(`histogram ${counted}`, counted === document.samples - apart);
}

holds(`documents: ${documents.length}`, documents.length > 0);
let measured = 0;
for (const document of documents) {
  measured += document.samples + document.missed;
  holds(`schema ${document.schema}`, document.schema === "tgtctl.latency/1");
  holds(`role ${document.role}`, document.role === role);
  if (document.samples === 0) continue;
  oneDistribution(document);
  if (document.measure === "round-trip") continue;
  if (role === "observer") holds("no stages of its own", document.stages === null);
  else stagesAddUp(document);
}
holds(
  "samples",
  documents.some(({ samples }) => samples > 20),
);
if (published !== undefined)
  holds(`measured ${measured}, published ${published}`, measured === Number(published));
for (const what of wrong) console.log(`FAILED: ${what}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
