// SPDX-License-Identifier: MIT
// Holds what two `top --batch --json` beside each other printed last against each other:
// same-events.js OBSERVED BY_PID EVENTS. The same events by type, EVENTS commands at least, the same
// commands in flight; nothing missed.
import { readFileSync } from "node:fs";

const [observed, byPid, least] = process.argv.slice(2);
const last = (path) => JSON.parse(readFileSync(path, "utf8").trim().split("\n").at(-1));
const [a, b] = [last(observed), last(byPid)];
const wrong = [];
const same = (what, x, y) => {
  const [one, other] = [JSON.stringify(x), JSON.stringify(y)];
  if (one !== other) wrong.push(`${what}: observed ${one}, by pid ${other}`);
};

same("events", a.counters.seen, b.counters.seen);
same("occupied", a.rings.kuring.occupied, b.rings.kuring.occupied);
const commands = (frame) => frame.inflight.map(({ cid, text, state }) => [cid, text, state]);
same("in flight", commands(a), commands(b));
same("missed", [a.missed, a.missed_at_least], [0, 0]);
same("missed by pid", b.missed_at_least, 0);
if (a.counters.seen.cmd_req < Number(least)) wrong.push(`only ${a.counters.seen.cmd_req} requests`);

for (const words of wrong) console.error(`same-events: ${words}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
