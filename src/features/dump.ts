// SPDX-License-Identifier: MIT
// One look at both rings: a snapshot with every slot decoded, and the commands the kernel holds.
import { decode, isUnknown } from "../abi/codec.js";
import type { Dialect } from "../abi/dialect.js";
import type { RingName, TgtEvent, TskMgmtReq } from "../abi/event.js";
import type { KernelCommand, RingDevice } from "../device/ring-device.js";
import { RING_NAMES } from "../ring/geometry.js";
import { type RingSnapshot, type SlotSnapshot, takeSnapshot } from "../ring/snapshot.js";
import { functionHasTag } from "../scsi/task-management.js";
import { eventText } from "./event-text.js";

/** Which slots of which rings; null = all. */
export interface Selection {
  readonly ring: RingName | null;
  /** First and last slot, inclusive. */
  readonly slots: readonly [number, number] | null;
  /** Also slots that are all zero. */
  readonly all: boolean;
}

export interface DumpSlot {
  readonly snapshot: SlotSnapshot;
  readonly event: TgtEvent;
  readonly text: string;
  /** The command an ABORT TASK means, where its CMD_REQ is still in the ring. */
  readonly abortedCid: number | null;
}

export interface DumpRing {
  readonly snapshot: RingSnapshot;
  readonly slots: readonly DumpSlot[];
}

export interface Dump {
  readonly device: string;
  readonly source: RingDevice["source"];
  readonly role: RingDevice["role"];
  readonly dialect: Dialect;
  /** Whose memory was read; null where none was. */
  readonly pid: number | null;
  readonly remarks: readonly string[];
  /** CLOCK_MONOTONIC ns; null for an image, which does not say when it was taken. */
  readonly timeNs: bigint | null;
  /** In the order shown; only those selected. */
  readonly rings: readonly DumpRing[];
  /** Null where the kernel's table cannot be read. */
  readonly commands: readonly KernelCommand[] | null;
}

/** The cid of the newest request before `slot` (going back round the ring) with this host and tag. */
function findAborted(events: readonly TgtEvent[], slot: number, abort: TskMgmtReq): number | null {
  for (let back = 1; back < events.length; back++) {
    const event = events[(slot - back + events.length) % events.length];
    if (event?.type !== "CMD_REQ") continue;
    if (event.tag === abort.tag && event.host_no === abort.host_no) return event.cid;
  }
  return null;
}

function dumpRing(snapshot: RingSnapshot, dialect: Dialect, selection: Selection): DumpRing {
  const { headerSize, entrySize } = dialect;
  const events = snapshot.slots.map(({ slot }) =>
    decode(dialect, snapshot.bytes, slot * entrySize + headerSize),
  );
  const [first, last] = selection.slots ?? [0, snapshot.slots.length - 1];
  const slots: DumpSlot[] = [];
  snapshot.slots.forEach((slot, i) => {
    const event = events[i];
    if (!event || i < first || i > last || !(slot.used || selection.all)) return;
    const isAbort =
      !isUnknown(event) && event.type === "TSK_MGMT_REQ" && functionHasTag(event.function);
    const abortedCid = isAbort ? findAborted(events, i, event) : null;
    const isZero = !slot.used;
    slots.push({ snapshot: slot, event, text: isZero ? "" : eventText(event), abortedCid });
  });
  return { snapshot, slots };
}

/**
 * Takes a snapshot of `device` and decodes what `selection` asks for. `commands`: the kernel's own
 * table, null where there is none. Changes nothing.
 */
export function takeDump(
  device: RingDevice,
  selection: Selection,
  commands: readonly KernelCommand[] | null,
): Dump {
  const { name, source, role, dialect } = device;
  const timeNs = role === "offline" ? null : process.hrtime.bigint();
  device.refresh?.();
  const snapshot = takeSnapshot(device.rings, dialect, device.telemetry, device.process?.isTorn);
  const names = RING_NAMES.filter((ring) => selection.ring === null || ring === selection.ring);
  const rings = names.map((ring) => dumpRing(snapshot[ring], dialect, selection));
  const { pid = null, remarks = [] } = device.process ?? {};
  return { device: name, source, role, dialect, pid, remarks, timeNs, rings, commands };
}
