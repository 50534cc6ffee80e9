// SPDX-License-Identifier: MIT
// A dump as the JSON contract `tgtctl.dump/1`.
import type { EventTypeName, RingName } from "../abi/event.js";
import type { KernelCommand, RingDevice } from "../device/ring-device.js";
import { decodeCdb } from "../scsi/cdb.js";
import type { Dump, DumpRing, DumpSlot } from "./dump.js";
import { eventFields, hexBytes, type JsonFields } from "./event-json.js";
import { type FrameProcess, frameProcess } from "./frame.js";
import type { ResponseData } from "./response-data.js";

type DataBySlot = ReadonlyMap<DumpSlot, ResponseData> | null;

export interface SlotDocument {
  slot: number;
  status: number;
  len: number;
  /** A number for a type the dialect does not know; `event` is then `{raw}`. */
  type: EventTypeName | number;
  event: JsonFields;
  text: string;
  /** Only with telemetry, from the slot's last lap. */
  index?: number;
  /** ukring only: 0, 1 or -errno. */
  verdict?: number;
  time_ns?: string;
  /** Only with --data and where readable: hex, the first 256 bytes at uaddr. */
  data?: string;
  /** Only where true: the slot changed while it was copied. */
  torn?: true;
}

export interface RingDocument {
  nr_entry: number;
  entry_size: number;
  producer_index: number | null;
  consumer_index: number | null;
  occupied: number;
  slots: SlotDocument[];
}

export interface CommandDocument {
  host_no: number;
  cid: number;
  tag: string;
  lun: string;
  scb: string;
  state: string;
  age_ms: number;
  text: string;
}

export interface DumpDocument {
  schema: "tgtctl.dump/1";
  device: string;
  source: RingDevice["source"];
  dialect: string;
  /** Only where rings were read out of a process. */
  process?: FrameProcess;
  role: RingDevice["role"];
  /** Null, as `time_ns`, for an image: it does not say when it was taken. */
  clock: "CLOCK_MONOTONIC" | null;
  time_ns: string | null;
  /** Only the rings asked for. */
  rings: Partial<Record<RingName, RingDocument>>;
  /** Null where the kernel's table cannot be read. */
  commands: CommandDocument[] | null;
}

function slotDocument(ring: RingName, dumped: DumpSlot, data: DataBySlot): SlotDocument {
  const { snapshot, event, text } = dumped;
  const { slot, status, len, stamp, torn } = snapshot;
  const document: SlotDocument = {
    slot,
    status,
    len,
    type: event.type,
    event: eventFields(event),
    text,
  };
  if (stamp) {
    document.index = stamp.index;
    if (ring === "ukring") document.verdict = stamp.verdict;
    document.time_ns = stamp.t_ns.toString();
  }
  const bytes = data?.get(dumped)?.bytes;
  if (bytes) document.data = hexBytes(bytes);
  if (torn) document.torn = true;
  return document;
}

function ringDocument(ring: DumpRing, entrySize: number, data: DataBySlot): RingDocument {
  const { snapshot, slots } = ring;
  return {
    nr_entry: snapshot.slots.length,
    entry_size: entrySize,
    producer_index: snapshot.producerIndex,
    consumer_index: snapshot.consumerIndex,
    occupied: snapshot.occupied,
    slots: slots.map((slot) => slotDocument(snapshot.ring, slot, data)),
  };
}

function commandDocument(command: KernelCommand): CommandDocument {
  const { host_no, cid, tag, lun, scb, state, age_ms } = command;
  return {
    host_no,
    cid,
    tag: `0x${tag.toString(16)}`,
    lun: hexBytes(lun),
    scb: hexBytes(scb),
    state,
    age_ms,
    text: decodeCdb(scb).text,
  };
}

/** The document of a dump: plain data, ready for JSON.stringify. `data`: see readResponseData. */
export function dumpDocument(dump: Dump, data: DataBySlot = null): DumpDocument {
  const rings: DumpDocument["rings"] = {};
  for (const ring of dump.rings) {
    rings[ring.snapshot.ring] = ringDocument(ring, dump.dialect.entrySize, data);
  }
  return {
    schema: "tgtctl.dump/1",
    device: dump.device,
    source: dump.source,
    dialect: dump.dialect.name,
    ...(dump.pid !== null && { process: frameProcess({ pid: dump.pid, remarks: dump.remarks }) }),
    role: dump.role,
    clock: dump.timeNs === null ? null : "CLOCK_MONOTONIC",
    time_ns: dump.timeNs?.toString() ?? null,
    rings,
    commands: dump.commands?.map(commandDocument) ?? null,
  };
}
