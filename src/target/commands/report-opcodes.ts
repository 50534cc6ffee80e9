// SPDX-License-Identifier: MIT
// REPORT SUPPORTED OPERATION CODES: the command table, as an initiator may read it. SPC-4 6.35.
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import type { CommandRow } from "./command-row.js";

const RCTD = 0x80;
const ALL = 0;
const BY_OPCODE = 1;
const BY_SERVICE_ACTION = 2;
const EITHER = 3;

const CTDP_ALL = 0x02;
const SERVACTV = 0x01;
const CTDP_ONE = 0x80;
const NOT_SUPPORTED = 0x01;
const AS_STANDARD = 0x03;

/** Command timeouts descriptor: nothing is said of how long it may take. SPC-4 6.35.4. */
const NO_TIMEOUTS = Uint8Array.of(0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

function descriptor(row: CommandRow, timeouts: boolean): Uint8Array {
  const { opcode, serviceAction, usage } = row;
  const bytes = new Uint8Array(8);
  bytes[0] = opcode;
  writeUint(bytes, 2, 2, serviceAction ?? 0);
  bytes[5] = (timeouts ? CTDP_ALL : 0) | (serviceAction === undefined ? 0 : SERVACTV);
  writeUint(bytes, 6, 2, usage.length);
  return timeouts ? Buffer.concat([bytes, NO_TIMEOUTS]) : bytes;
}

function allCommands(rows: readonly CommandRow[], timeouts: boolean): Uint8Array {
  const parts = rows.map((row) => descriptor(row, timeouts));
  const header = new Uint8Array(4);
  writeUint(header, 0, 4, parts.length * (timeouts ? 20 : 8));
  return Buffer.concat([header, ...parts]);
}

/** The usage bits, with the service action itself where the CDB has it. */
function usageData({ usage, serviceAction }: CommandRow): Uint8Array {
  const bytes = Uint8Array.from(usage);
  if (serviceAction !== undefined) bytes[1] = ((bytes[1] ?? 0) & 0xe0) | serviceAction;
  return bytes;
}

function oneCommand(row: CommandRow | undefined, timeouts: boolean): Uint8Array {
  if (!row) return Uint8Array.of(0, NOT_SUPPORTED, 0, 0);
  const header = Uint8Array.of(0, AS_STANDARD | (timeouts ? CTDP_ONE : 0), 0, row.usage.length);
  return Buffer.concat([header, usageData(row), timeouts ? NO_TIMEOUTS : new Uint8Array(0)]);
}

export function reportOpcodes(call: Call, unit: LogicalUnit): boolean {
  const { cdb, services } = call;
  const offered = (row: CommandRow): boolean => row.offered?.(unit) ?? true;
  const [, , flags = 0, opcode = 0] = cdb;
  const option = flags & 0x07;
  const timeouts = (flags & RCTD) !== 0;
  const allocation = readUint(cdb, 6, 4);
  if (option === ALL) {
    const rows = services.table.flatMap((same) => same?.filter(offered) ?? []);
    return call.data(allCommands(rows, timeouts), allocation);
  }
  if (option > EITHER) return call.illegal(2, 2);
  const candidates = services.table[opcode]?.filter(offered);
  const serviceAction = readUint(cdb, 4, 2);
  // REPORTING OPTIONS has to say whether there are service actions, unless it leaves that open.
  const actions = candidates?.[0]?.serviceAction !== undefined;
  if (candidates?.length && option === (actions ? BY_OPCODE : BY_SERVICE_ACTION))
    return call.illegal(2, 2);
  const row = candidates?.find(
    (each) => option === BY_OPCODE || (each.serviceAction ?? 0) === serviceAction,
  );
  return call.data(oneCommand(row, timeouts), allocation);
}
