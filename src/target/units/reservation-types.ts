// SPDX-License-Identifier: MIT
// The types of persistent reservations and what each lets through. SPC-4 5.12.1, 6.16.3.4.

export interface ReservationType {
  /** TYPE field. */
  readonly code: number;
  /** Write Exclusive: everybody may read. */
  readonly othersRead: boolean;
  /** Registrants Only and All Registrants: who is registered may do all. */
  readonly registrantsMay: boolean;
  /** All Registrants: each of them is a holder. */
  readonly allHold: boolean;
}

const type = (code: number, exclusive: "write" | "access", who: string): ReservationType => ({
  code,
  othersRead: exclusive === "write",
  registrantsMay: who !== "holder",
  allHold: who === "all registrants",
});

export const RESERVATION_TYPES: readonly ReservationType[] = [
  type(1, "write", "holder"),
  type(3, "access", "holder"),
  type(5, "write", "registrants"),
  type(6, "access", "registrants"),
  type(7, "write", "all registrants"),
  type(8, "access", "all registrants"),
];

/** Byte 2 of the CDB, SCOPE above TYPE; null: a reserved type, or a scope other than LU_SCOPE (0). */
export function typeOf(scopeAndType: number): ReservationType | null {
  return RESERVATION_TYPES.find(({ code }) => code === scopeAndType) ?? null;
}

/**
 * How a command stands to a reservation: allowed from everybody, refused to others only by the
 * Exclusive Access types (`read`), or by all types (`write`).
 */
export type Access = "always" | "read" | "write";

export type Standing = "holder" | "registered" | "stranger";

/** SPC-4 table 66: the columns are type and standing, the rows come down to `Access`. */
export function conflicts(held: ReservationType, standing: Standing, access: Access): boolean {
  if (standing === "holder" || access === "always") return false;
  if (standing === "registered" && held.registrantsMay) return false;
  return access === "write" || !held.othersRead;
}
