// SPDX-License-Identifier: MIT
// From a command to its handler: unit, unit attention, reservation, users' handlers, row, usage bits.
import type { Asking } from "./asking.js";
import { type Call, RESERVATION_CONFLICT } from "./call.js";
import type { CommandRow } from "./commands/command-row.js";
import { type CommandTable, rowOf, unusableBit, unusableByte } from "./commands/opcodes.js";
import { LUNS_CHANGED, STOPPED } from "./units/attentions.js";
import type { LogicalUnit } from "./units/logical-unit.js";

/** POWER ON, RESET, OR BUS DEVICE RESET OCCURRED, and its relatives. */
const RESET = 0x29;

/** True: a bit of the CDB that the row does not understand is set, and was answered with sense. */
function unusable(call: Call, row: CommandRow): boolean {
  const at = unusableByte(row, call.cdb);
  return at >= 0 && call.illegal(at, unusableBit(row, call.cdb, at));
}

export class Dispatcher {
  readonly #table: CommandTable;
  readonly #asking: Asking | null;

  constructor(table: CommandTable, asking: Asking | null) {
    this.#table = table;
    this.#asking = asking;
  }

  /** True: nothing else may run meanwhile. */
  isExclusive(opcode: number): boolean {
    return this.#table[opcode]?.[0]?.exclusive ?? false;
  }

  /** A command for a LUN without a unit. */
  absent(call: Call): boolean {
    const row = this.#row(call.cdb);
    if (!row?.absent) return call.refuse(0x25, 0x00);
    return unusable(call, row) || row.absent(call);
  }

  /** A command whose turn it is. SAM-5 5.14: what is pending is told first. */
  run(call: Call, unit: LogicalUnit): boolean {
    const { cdb, flight } = call;
    const row = this.#row(cdb);
    const queue = unit.attentions.queue(flight.hostNo);
    const pending = !row?.ignoresAttention && !flight.inherited && queue.length > 0;
    const { reservations } = unit;
    // A conflict comes before attentions, but after that of a reset. SAM-5 5.3.3.
    if (row && reservations.active && !(pending && queue[0]?.asc === RESET)) {
      if (reservations.conflict(flight.hostNo, row.access, cdb)) {
        return call.status(RESERVATION_CONFLICT);
      }
    }
    const attention = pending ? queue.shift() : undefined;
    if (attention === LUNS_CHANGED) call.services.lunsKnown(flight.hostNo);
    if (attention) return call.sense(attention);
    const claim = this.#asking?.claim(cdb[0] ?? 0, unit.lun, cdb);
    if (claim && this.#asking) return this.#asking.ask(call, unit, claim);
    return this.#execute(call, unit, row);
  }

  /** The default's own answer. */
  execute(call: Call, unit: LogicalUnit): boolean {
    return this.#execute(call, unit, this.#row(call.cdb));
  }

  /** Null: the opcode is there, the service action is not. */
  #row(cdb: Uint8Array): CommandRow | null | undefined {
    const candidates = this.#table[cdb[0] ?? 0];
    return candidates && rowOf(candidates, cdb);
  }

  #execute(call: Call, unit: LogicalUnit, row: CommandRow | null | undefined): boolean {
    if (!row) return row === null ? call.illegal(1, 4) : call.illegal(0, undefined, 0x20);
    if (unusable(call, row)) return true;
    if (unit.stopped && row.medium) return call.sense(STOPPED);
    return row.handler(call, unit);
  }
}
