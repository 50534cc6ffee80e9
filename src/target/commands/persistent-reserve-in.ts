// SPDX-License-Identifier: MIT
// PERSISTENT RESERVE IN: who is registered, what is reserved, what is supported. SPC-4 6.16.
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { RESERVATION_TYPES } from "../units/reservation-types.js";
import type { Reservations } from "../units/reservations.js";

const R_HOLDER = 0x01;
const TMV = 0x80;
/** ALLOW COMMANDS 001b: TEST UNIT READY passes all reservations; of other commands nothing is said. */
const ALLOW_TEST_UNIT_READY = 0x10;
const SAS = 0x06;
/** NAA 3h: locally assigned. */
const NAA_LOCAL = 0x30;
/** There is one target port. */
const RELATIVE_PORT = 1;

function key8(key: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, key);
  return bytes;
}

/** PRGENERATION and ADDITIONAL LENGTH before `parts`. */
function answer(call: Call, reservations: Reservations, parts: readonly Uint8Array[]): boolean {
  const body = Buffer.concat(parts);
  const header = new Uint8Array(8);
  writeUint(header, 0, 4, reservations.generation);
  writeUint(header, 4, 4, body.length);
  return call.data(Buffer.concat([header, body]), readUint(call.cdb, 7, 2));
}

/** A nexus registers under one key, so keys may repeat. SPC-4 6.16.2. */
export function readKeys(call: Call, { reservations }: LogicalUnit): boolean {
  return answer(call, reservations, [...reservations.registrations.values()].map(key8));
}

export function readReservation(call: Call, { reservations }: LogicalUnit): boolean {
  const { type, holderKey } = reservations;
  if (!type) return answer(call, reservations, []);
  const descriptor = new Uint8Array(16);
  descriptor.set(key8(holderKey));
  descriptor[13] = type.code;
  return answer(call, reservations, [descriptor]);
}

/** No RESERVE and RELEASE (CRH), SPEC_I_PT, ALL_TG_PT, nor anything kept without power (PTPL). */
export function reportCapabilities(call: Call): boolean {
  const data = new Uint8Array(8);
  writeUint(data, 0, 2, data.length);
  data[3] = TMV | ALLOW_TEST_UNIT_READY;
  // The mask has bit n of its first byte for type n, and goes on in the second.
  for (const { code } of RESERVATION_TYPES) {
    const at = 4 + (code >> 3);
    data[at] = (data[at] ?? 0) | (1 << (code & 7));
  }
  return call.data(data, readUint(call.cdb, 7, 2));
}

/**
 * The ring names an initiator port by host_no alone, and no transport has such a TransportID. That of
 * SAS can hold any number as a locally assigned NAA name. SPC-4 7.6.4.7.
 */
function transportId(hostNo: number): Uint8Array {
  const bytes = new Uint8Array(24);
  bytes[0] = SAS;
  bytes[4] = NAA_LOCAL;
  writeUint(bytes, 8, 4, hostNo);
  return bytes;
}

/** SCOPE and TYPE mean something at holders only. SPC-4 6.16.5. */
export function readFullStatus(call: Call, { reservations }: LogicalUnit): boolean {
  const parts = [...reservations.registrations].flatMap(([hostNo, key]) => {
    const id = transportId(hostNo);
    const descriptor = new Uint8Array(24);
    descriptor.set(key8(key));
    if (reservations.holds(hostNo)) {
      descriptor[12] = R_HOLDER;
      descriptor[13] = reservations.type?.code ?? 0;
    }
    writeUint(descriptor, 18, 2, RELATIVE_PORT);
    writeUint(descriptor, 20, 4, id.length);
    return [descriptor, id];
  });
  return answer(call, reservations, parts);
}
