// SPDX-License-Identifier: MIT
// A dump as text for a person: a head per ring, one line a slot, details on request.
import { isUnknown } from "../abi/codec.js";
import type { TgtEvent } from "../abi/event.js";
import type { KernelCommand } from "../device/ring-device.js";
import { verdictName } from "../device/telemetry.js";
import type { Dump, DumpRing, DumpSlot } from "../features/dump.js";
import { eventFields } from "../features/event-json.js";
import { DATA_LIMIT, type ResponseData } from "../features/response-data.js";
import { type Column, hexLines, indented, printable, table } from "../features/text-layout.js";
import { RING_ALIASES } from "../ring/geometry.js";
import type { RingSnapshot } from "../ring/snapshot.js";
import { decodeCdb } from "../scsi/cdb.js";
import { lunText, lunToNumber } from "../scsi/lun.js";
import { attributeName, functionName } from "../scsi/task-management.js";

export interface DumpTextOptions {
  /** The slot's fields and bytes below each slot. */
  readonly hex: boolean;
  /** What was read at `uaddr`, or null if it was not asked for. */
  readonly data: ReadonlyMap<DumpSlot, ResponseData> | null;
}

const INDENT = 4;

const SLOT_COLUMNS: readonly Column[] = [
  { title: "slot", align: "right" },
  { title: "state", align: "left" },
  { title: "type", align: "left" },
  { title: "host", align: "right" },
  { title: "cid", align: "right" },
  { title: "lun", align: "right" },
  { title: "event", align: "left" },
];

const COMMAND_COLUMNS: readonly Column[] = [
  { title: "host", align: "right" },
  { title: "cid", align: "right" },
  { title: "lun", align: "right" },
  { title: "state", align: "left" },
  { title: "age ms", align: "right" },
  { title: "command", align: "left" },
];

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** `pub` published, `free` the producer may fill it (the bytes are of a past event), `zero`. */
function stateText({ snapshot }: DumpSlot): string {
  if (snapshot.torn) return "torn";
  if (snapshot.status === 1) return "pub";
  if (snapshot.status !== 0) return "BAD";
  return snapshot.used ? "free" : "zero";
}

/** The event's line, with the kernel's verdict and what is odd about the slot. */
function noteText({ snapshot, text, event }: DumpSlot): string {
  const notes = [text];
  if (!isUnknown(event) && event.type === "CMD_REQ" && lunToNumber(event.lun) === null) {
    notes.push(`lun=${lunText(event.lun)}`);
  }
  if (snapshot.status > 1) notes.push(`status=${hex(snapshot.status)}`);
  const verdict = snapshot.stamp?.verdict ?? 0;
  if (verdict !== 0) notes.push(`[${verdictName(verdict)}]`);
  return notes.join(" ");
}

function lunCell(event: TgtEvent): string {
  if (isUnknown(event) || !("lun" in event)) return "-";
  return lunToNumber(event.lun)?.toString() ?? "?";
}

function slotCells(slot: DumpSlot): string[] {
  const { snapshot, event } = slot;
  const number = snapshot.slot.toString();
  if (!snapshot.used) return [number, stateText(slot), "", "", "", "", ""];
  const type = isUnknown(event) ? hex(event.type) : event.type;
  const host = isUnknown(event) ? "-" : event.host_no.toString();
  const cid = !isUnknown(event) && "cid" in event ? event.cid : slot.abortedCid;
  return [
    number,
    stateText(slot),
    type,
    host,
    cid?.toString() ?? "-",
    lunCell(event),
    noteText(slot),
  ];
}

/** The T10 word behind a code, in parentheses. */
function codeName(field: string, value: number): string {
  if (field === "attribute") return `(${attributeName(value)})`;
  return field === "function" ? `(${functionName(value)})` : "";
}

/** Every field by its ABI name, then the bytes. */
function slotDetail({ snapshot, event }: DumpSlot): string {
  const { status, len, stamp } = snapshot;
  const fields: string[] = [`status=${status} len=${len}`];
  if (stamp) fields.push(`index=${stamp.index} t_ns=${stamp.t_ns}`);
  if (!isUnknown(event)) {
    for (const [name, value] of Object.entries(eventFields(event))) {
      fields.push(`${name}=${value}${codeName(name, Number(value))}`);
    }
  }
  return indented(fields.join(" "), INDENT) + hexLines(snapshot.bytes, INDENT);
}

function dataDetail({ event }: DumpSlot, data: ResponseData): string {
  if (isUnknown(event) || event.type !== "CMD_RSP") return "";
  const at = `at uaddr ${hex(event.uaddr)}`;
  if (!data.bytes) return indented(`${at}: not readable`, INDENT);
  const more = event.len > DATA_LIMIT ? `, the first ${DATA_LIMIT}` : "";
  const sense = data.sense ? `: ${data.sense}` : "";
  const head = indented(`${at}: ${event.len} B${more}${sense}`, INDENT);
  return head + hexLines(data.bytes, INDENT);
}

function sideText(name: string, index: number | null, slot: number | null): string {
  if (index !== null) return `${name} index ${index} (slot ${slot})`;
  return slot !== null ? `${name} at slot ${slot}` : `${name} not known`;
}

function positionsText(snapshot: RingSnapshot): string {
  const { producerIndex, consumerIndex, producerSlot, consumerSlot, why } = snapshot;
  if (producerSlot === null && consumerSlot === null)
    return `positions cannot be known yet: ${why}`;
  const producer = sideText("producer", producerIndex, producerSlot);
  const consumer = sideText("consumer", consumerIndex, consumerSlot);
  return `${producer}, ${consumer}${why === null ? "" : `; ${why}`}`;
}

function ringText(ring: DumpRing, entrySize: number, options: DumpTextOptions): string {
  const { snapshot, slots } = ring;
  const way = snapshot.ring === "kuring" ? "kernel -> user" : "user -> kernel";
  const used = snapshot.slots.filter((slot) => slot.used).length;
  const head =
    `${snapshot.ring} (${way}, alias ${RING_ALIASES[snapshot.ring]}): ` +
    `${snapshot.slots.length} slots of ${entrySize} bytes, ${used} used, ` +
    `${snapshot.occupied} published`;
  const below = (row: number): string => {
    const slot = slots[row];
    if (!slot) return "";
    const data = options.data?.get(slot);
    return (options.hex ? slotDetail(slot) : "") + (data ? dataDetail(slot, data) : "");
  };
  const body =
    slots.length === 0 ? "  no slot to show\n" : table(SLOT_COLUMNS, slots.map(slotCells), below);
  return `${indented(head, 0)}${indented(positionsText(snapshot), 2)}${body}`;
}

function commandCells(command: KernelCommand): string[] {
  const { host_no, cid, lun, state, age_ms, scb } = command;
  const cells = [host_no, cid, lunToNumber(lun) ?? "?", printable(state), age_ms];
  return [...cells.map(String), decodeCdb(scb).text];
}

function commandsText(commands: readonly KernelCommand[]): string {
  const count = commands.length === 1 ? "1 command" : `${commands.length} commands`;
  const head = `kernel's own table: ${count}\n`;
  return commands.length === 0 ? head : head + table(COMMAND_COLUMNS, commands.map(commandCells));
}

/** The whole text, at most 80 columns wide, printable ASCII and newlines only. */
export function dumpText(dump: Dump, options: DumpTextOptions): string {
  const { device, source, dialect, role, timeNs } = dump;
  const time = timeNs === null ? "" : `, CLOCK_MONOTONIC ${timeNs} ns`;
  const from = dump.pid === null ? source : `${source} ${dump.pid}`;
  const head = indented(
    `${printable(device)}: ${from}, ${role}, dialect ${dialect.name}${time}`,
    0,
  );
  const remarks = dump.remarks.map((text) => indented(`remark: ${text}`, 2)).join("");
  const parts = dump.rings.map((ring) => ringText(ring, dialect.entrySize, options));
  if (dump.commands) parts.push(commandsText(dump.commands));
  return [head + remarks, ...parts].join("\n");
}
