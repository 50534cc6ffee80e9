// SPDX-License-Identifier: MIT
// The slot of a live ring (dialect seed-x86_64) in 32-bit words, for code that touches every event.
// test/ring holds these numbers to the dialect's table.

/** Slots per ring and 32-bit words per slot. */
export const NR_ENTRY = 512;
export const INDEX_MASK = NR_ENTRY - 1;
export const SLOT_WORDS = 24;
export const SLOT_BYTES = 96;
/** First word of ukring behind kuring. */
export const UKRING_WORD = 65536 / 4;

export const STATUS = 0;
export const LEN = 1;
export const TYPE = 2;

export const TYPE_CMD_RSP = 0;
export const TYPE_TSK_MGMT_RSP = 1;
export const TYPE_CMD_REQ = 2;
export const TYPE_CMD_DONE = 3;
export const TYPE_TSK_MGMT_REQ = 4;

/** Word offsets of fields, from the start of the slot. u64 fields: low half here, high half next. */
export const CMD_RSP = { host_no: 4, cid: 5, len: 6, result: 7, uaddr: 8, rw: 10 } as const;
export const TSK_MGMT_RSP = { host_no: 4, mid: 6, result: 8 } as const;
export const CMD_REQ = {
  host_no: 12,
  cid: 13,
  data_len: 14,
  scb: 15,
  lun: 19,
  attribute: 21,
  tag: 22,
} as const;
export const CMD_DONE = { host_no: 12, cid: 13, result: 14 } as const;
export const TSK_MGMT_REQ = { host_no: 12, function: 13, tag: 14, lun: 16, mid: 18 } as const;

/** The single-level LUN in two little-endian words of an 8-byte SAM LUN, -1 if it is another form. */
export function lunOfWords(first: number, second: number): number {
  if (second !== 0 || first >>> 16 !== 0) return -1;
  const byte0 = first & 0xff;
  const byte1 = (first >>> 8) & 0xff;
  const method = byte0 >>> 6;
  if (method === 0) return (byte0 & 0x3f) === 0 ? byte1 : -1;
  if (method === 1) return ((byte0 & 0x3f) << 8) | byte1;
  return -1;
}
