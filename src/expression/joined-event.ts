// SPDX-License-Identifier: MIT
// What an expression is asked of: one event with the fields of the command it belongs to.

/** A u64 as two u32 halves, so that it is exact without a BigInt. */
export interface Wide {
  readonly high: number;
  readonly low: number;
}

/**
 * An event seen joined to its command: what the CMD_REQ says holds on its CMD_RSP and CMD_DONE too,
 * what the TSK_MGMT_REQ says on its TSK_MGMT_RSP. Where both say something (`host_no`, `cid`), it is
 * the event's own. Null: this event does not have the field, or it cannot be known. Numbers are
 * those on the wire. Read during `matches` only, so an implementation may be one object reused for
 * every event, with one Wide for each of its wide fields.
 */
export interface JoinedEvent {
  /** 0 kuring, 1 ukring. */
  readonly ring: number | null;
  readonly slot: number | null;
  /** Free-running u32. */
  readonly index: number | null;
  /** The slot's status word as it was seen. */
  readonly status: number | null;
  readonly type: number | null;
  readonly host_no: number | null;
  readonly cid: number | null;
  readonly tag: Wide | null;
  /** The decoded number; null where it is no single-level LUN. */
  readonly lun: number | null;
  readonly opcode: number | null;
  /** No field of its own: names such as READ_CAPACITY_16 mean an opcode with its service action. */
  readonly service_action: number | null;
  readonly lba: Wide | null;
  readonly blocks: number | null;
  readonly data_len: number | null;
  readonly len: number | null;
  readonly result: number | null;
  readonly rw: number | null;
  readonly uaddr: Wide | null;
  readonly mid: Wide | null;
  readonly function: number | null;
  readonly attribute: number | null;
  readonly verdict: number | null;
  /** Since the command's request, with fractions. 0 on the request itself. */
  readonly age_ms: number | null;
}
