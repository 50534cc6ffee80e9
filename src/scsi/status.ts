// SPDX-License-Identifier: MIT
// Names for how a command ended: SAM status, the midlayer's host byte, and errnos.

/** The seed's "drop this command", which is no SAM status. */
export const TASK_ABORTED_LEGACY = 0x20;

/** SAM-5 5.3.1. */
const SAM_STATUS: Readonly<Record<number, string>> = {
  0: "GOOD",
  2: "CHECK CONDITION",
  4: "CONDITION MET",
  8: "BUSY",
  16: "INTERMEDIATE",
  20: "INTERMEDIATE-CONDITION MET",
  24: "RESERVATION CONFLICT",
  34: "COMMAND TERMINATED",
  40: "TASK SET FULL",
  48: "ACA ACTIVE",
  64: "TASK ABORTED",
};

/** include/scsi/scsi_status.h of Linux. */
const HOST_BYTES = [
  "DID_OK",
  "DID_NO_CONNECT",
  "DID_BUS_BUSY",
  "DID_TIME_OUT",
  "DID_BAD_TARGET",
  "DID_ABORT",
  "DID_PARITY",
  "DID_ERROR",
  "DID_RESET",
  "DID_BAD_INTR",
  "DID_PASSTHROUGH",
  "DID_SOFT_ERROR",
  "DID_IMM_RETRY",
  "DID_REQUEUE",
  "DID_TRANSPORT_DISRUPTED",
  "DID_TRANSPORT_FAILFAST",
  "DID_TARGET_FAILURE",
  "DID_NEXUS_FAILURE",
  "DID_ALLOC_FAILURE",
  "DID_MEDIUM_ERROR",
  "DID_TRANSPORT_MARGINAL",
] as const;

/** errno -> name, of those this interface uses. */
const ERRNO: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  11: "EAGAIN",
  12: "ENOMEM",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  19: "ENODEV",
  22: "EINVAL",
  71: "EPROTO",
  90: "EMSGSIZE",
  95: "EOPNOTSUPP",
  110: "ETIMEDOUT",
  114: "EALREADY",
};

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** True for a SAM status or the legacy 0x20: what the kernel accepts in cmd_rsp.result. */
export function isStatus(result: number): boolean {
  return result === TASK_ABORTED_LEGACY || SAM_STATUS[result] !== undefined;
}

/** `CHECK CONDITION`; 0x20 is `DROPPED (0x20)`; `STATUS 0x7f` where it is none (H17). */
export function statusName(result: number): string {
  if (result === TASK_ABORTED_LEGACY) return "DROPPED (0x20)";
  return SAM_STATUS[result] ?? `STATUS ${hex(result)}`;
}

/** `DID_ERROR`; `DID_0x2a` where Linux has no name for it. */
export function hostByteName(hostByte: number): string {
  return HOST_BYTES[hostByte] ?? `DID_${hex(hostByte)}`;
}

/**
 * A midlayer result (cmd_done.result): driver byte 24..31, host byte 16..23, message byte 8..15,
 * status 0..7. `GOOD`, `DID_ERROR`, `CHECK CONDITION`, `DID_ERROR CHECK CONDITION`.
 */
export function midlayerText(result: number): string {
  const parts: string[] = [];
  const host = (result >>> 16) & 0xff;
  const message = (result >>> 8) & 0xff;
  const driver = result >>> 24;
  const status = result & 0xff;
  if (driver !== 0) parts.push(`DRIVER_${hex(driver)}`);
  if (host !== 0) parts.push(hostByteName(host));
  if (message !== 0) parts.push(`MESSAGE_${hex(message)}`);
  if (status !== 0 || parts.length === 0) parts.push(statusName(status));
  return parts.join(" ");
}

/** A kernel return value: `0`, `-EEXIST`, or the bare number. */
export function errnoText(value: number): string {
  const name = value < 0 ? ERRNO[-value] : undefined;
  return name ? `-${name}` : String(value);
}

/** A number on the wire with its name. */
export interface NamedNumber {
  readonly value: number;
  readonly name: string;
}

const listed = (table: Readonly<Record<number, string>>): NamedNumber[] =>
  Object.entries(table).map(([value, name]) => ({ value: Number(value), name }));

export function listStatuses(): NamedNumber[] {
  return listed(SAM_STATUS);
}

/** Host bytes as they stand in a midlayer result: in bits 16..23. */
export function listHostBytes(): NamedNumber[] {
  return HOST_BYTES.map((name, byte) => ({ value: byte << 16, name }));
}

/** Errnos as the kernel returns them: negative. */
export function listErrnos(): NamedNumber[] {
  return listed(ERRNO).map(({ value, name }) => ({ value: -value, name }));
}
