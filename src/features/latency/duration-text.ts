// SPDX-License-Identifier: MIT
// Nanoseconds for a person: three digits and the unit that suits, never wider than eight columns.

const UNITS: readonly (readonly [number, string])[] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
];

/** Three digits: `1.23`, `12.3`, `123`, `1234`. */
function digits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** `0 ns`, `812 ns`, `4.21 us`, `12.3 ms`, `3.00 s`; null, and what is no number: `-`. */
export function nsText(ns: number | null): string {
  if (ns === null || !Number.isFinite(ns)) return "-";
  // what would be rounded up to 1000 of a unit is 1 of the next
  const [size, unit] = UNITS.find(([size]) => Math.abs(ns) >= size * 0.9995) ?? [1, "ns"];
  return size === 1 ? `${Math.round(ns)} ns` : `${digits(ns / size)} ${unit}`;
}

/** `20.0 s`, `350 ms`, `12 min 5 s`: how long something took. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
