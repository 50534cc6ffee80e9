// SPDX-License-Identifier: MIT
// The 8-byte SAM LUN <-> a number. SAM-5 4.7: peripheral, flat and extended flat addressing.

const PERIPHERAL_MAX = 0xff;
const FLAT_MAX = 0x3fff;
const EXTENDED_MAX = 0xffffff;

function tailIsZero(lun: Uint8Array, from: number): boolean {
  return lun.subarray(from).every((byte) => byte === 0);
}

/**
 * The number of a single-level LUN: peripheral device addressing with bus 0, flat space
 * addressing, or extended and long extended flat space addressing. Null for anything else.
 */
export function lunToNumber(lun: Uint8Array): number | null {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = lun;
  if (b0 === 0 && tailIsZero(lun, 2)) return b1;
  if (b0 >> 6 === 1 && tailIsZero(lun, 2)) return ((b0 & 0x3f) << 8) | b1;
  // Method 3, length code 1 or 2 (3 or 5 address bytes), extended method 2: SAM-5 4.7.7.5.
  const three = (b1 << 16) | (b2 << 8) | b3;
  if (b0 === 0xd2 && tailIsZero(lun, 4)) return three;
  if (b0 === 0xe2 && tailIsZero(lun, 6)) return three * 0x10000 + ((b4 << 8) | b5);
  return null;
}

/**
 * The same from the number by which Linux calls a LUN in /sys: its first bytes as pairs, the first
 * pair lowest, so that flat LUN 300 is 16684 (0x412c). Null where `lunToNumber` says null.
 */
export function linuxLunToNumber(linux: number): number | null {
  const lun = new Uint8Array(8);
  let rest = linux;
  for (let at = 0; at < 8; at += 2) {
    const pair = rest % 0x10000;
    lun.set([pair >> 8, pair & 0xff], at);
    rest = (rest - pair) / 0x10000;
  }
  return lunToNumber(lun);
}

/** Peripheral form up to 255, flat up to 16383, extended flat above. Throws RangeError. */
export function numberToLun(number: number): Uint8Array {
  if (!Number.isInteger(number) || number < 0 || number > EXTENDED_MAX) {
    throw new RangeError(`LUN ${number} is not in 0..${EXTENDED_MAX}`);
  }
  const lun = new Uint8Array(8);
  if (number <= PERIPHERAL_MAX) {
    lun[1] = number;
  } else if (number <= FLAT_MAX) {
    lun.set([0x40 | (number >> 8), number]);
  } else {
    lun.set([0xd2, number >> 16, number >> 8, number]);
  }
  return lun;
}

/** `3`, or all bytes in hex where it is not a single-level LUN: `0x4100...`. */
export function lunText(lun: Uint8Array): string {
  const number = lunToNumber(lun);
  if (number !== null) return String(number);
  return `0x${Array.from(lun, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
