// SPDX-License-Identifier: MIT
// Big-endian fields of CDBs and parameter data.

/** Unsigned, 1 to 4 bytes at `at`; bytes that are not there count as 0. */
export function readUint(bytes: Uint8Array, at: number, size: 1 | 2 | 3 | 4): number {
  let value = 0;
  for (let i = at; i < at + size; i++) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

/**
 * 8 bytes as a double. Exact up to 2^53; above, it is rounded but still above: no LBA that large
 * exists, so a range check refuses it either way.
 */
export function readUint64(bytes: Uint8Array, at: number): number {
  return readUint(bytes, at, 4) * 2 ** 32 + readUint(bytes, at + 4, 4);
}

/** Writes `value` (0 to 2^53) into `size` bytes at `at`. */
export function writeUint(bytes: Uint8Array, at: number, size: number, value: number): void {
  let rest = value;
  for (let i = at + size - 1; i >= at; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
