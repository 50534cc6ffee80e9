// SPDX-License-Identifier: MIT
// Joined events out of plain numbers and BigInts: what a test says, and nothing else.

import type { Field } from "../../src/expression/fields.js";
import type { JoinedEvent, Wide } from "../../src/expression/joined-event.js";

export type Values = Partial<Record<Field | "service_action", number | bigint>>;

export function plainEvent(values: Values): JoinedEvent {
  const narrow = (name: keyof Values): number | null => {
    const value = values[name];
    return value === undefined ? null : Number(value);
  };
  const wide = (name: keyof Values): Wide | null => {
    const value = values[name];
    if (value === undefined) return null;
    const bits = BigInt.asUintN(64, BigInt(value));
    return { high: Number(bits >> 32n), low: Number(bits & 0xffffffffn) };
  };
  return {
    ring: narrow("ring"),
    slot: narrow("slot"),
    index: narrow("index"),
    status: narrow("status"),
    type: narrow("type"),
    host_no: narrow("host_no"),
    cid: narrow("cid"),
    tag: wide("tag"),
    lun: narrow("lun"),
    opcode: narrow("opcode"),
    service_action: narrow("service_action"),
    lba: wide("lba"),
    blocks: narrow("blocks"),
    data_len: narrow("data_len"),
    len: narrow("len"),
    result: narrow("result"),
    rw: narrow("rw"),
    uaddr: wide("uaddr"),
    mid: wide("mid"),
    function: narrow("function"),
    attribute: narrow("attribute"),
    verdict: narrow("verdict"),
    age_ms: narrow("age_ms"),
  };
}
