// SPDX-License-Identifier: MIT
// node answered.js DUMP TAG...: in which order ukring holds the answers to these commands, oldest first.
import { readFileSync } from "node:fs";

const [file, ...tags] = process.argv.slice(2);
const { kuring, ukring } = JSON.parse(readFileSync(file, "utf8")).rings;

/** Events of one type, oldest first: the slot at the index that comes next is the oldest. */
function inOrder(ring, type, next) {
  const age = (slot) => (slot - next + ring.nr_entry) % ring.nr_entry;
  return ring.slots.filter((s) => s.type === type).sort((a, b) => age(a.slot) - age(b.slot));
}

const tagOf = new Map();
for (const { event } of inOrder(kuring, "CMD_REQ", kuring.producer_index % kuring.nr_entry)) {
  tagOf.set(event.cid, String(Number(event.tag)));
}
const order = inOrder(ukring, "CMD_RSP", ukring.consumer_index % ukring.nr_entry)
  .map(({ event }) => tagOf.get(event.cid))
  .filter((tag) => tags.includes(tag));
console.log(order.join(" "));
