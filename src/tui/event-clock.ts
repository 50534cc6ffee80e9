// SPDX-License-Identifier: MIT
// When something happened: the time of day where it is known, else CLOCK_MONOTONIC.

import type { ScreenModel } from "./model.js";

const DAY_US = 86_400_000_000;

type Clock = Pick<ScreenModel, "wallOffsetNs">;

/** What to add to CLOCK_MONOTONIC (ns) for the local time of day. */
export function wallOffset(): number {
  const zone = new Date().getTimezoneOffset() * 60_000;
  return (Date.now() - zone) * 1e6 - Number(process.hrtime.bigint());
}

const two = (n: number): string => String(n).padStart(2, "0");

function dayParts(tNs: number, offsetNs: number) {
  const us = Math.floor(tNs / 1000 + offsetNs / 1000);
  const inDay = ((us % DAY_US) + DAY_US) % DAY_US;
  const seconds = Math.floor(inDay / 1e6);
  return {
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
    fraction: String(inDay % 1e6).padStart(6, "0"),
  };
}

/** Seconds within the last 1000: `947.420113`. */
function monotonicText(tNs: number): string {
  return ((tNs / 1e9) % 1000).toFixed(6).padStart(10);
}

/** `14:03:22.104 113` (16 columns), or `947.420113`. */
export function longClockText({ wallOffsetNs }: Clock, tNs: number): string {
  if (wallOffsetNs === null) return monotonicText(tNs);
  const { hours, minutes, seconds, fraction } = dayParts(tNs, wallOffsetNs);
  const milli = `${fraction.slice(0, 3)} ${fraction.slice(3)}`;
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${milli}`;
}

/** `03:22.104113` (12 columns), or `947.420113`. */
export function shortClockText({ wallOffsetNs }: Clock, tNs: number): string {
  if (wallOffsetNs === null) return monotonicText(tNs);
  const { minutes, seconds, fraction } = dayParts(tNs, wallOffsetNs);
  return `${two(minutes)}:${two(seconds)}.${fraction}`;
}

/** `14:03:22.104113`, or `21.000901 s`. */
export function clockText(clock: Clock, tNs: number): string {
  if (clock.wallOffsetNs === null) return `${(tNs / 1e9).toFixed(6)} s`;
  return longClockText(clock, tNs).replace(" ", "");
}
