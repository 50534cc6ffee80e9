// SPDX-License-Identifier: MIT
// Numbers with their units in widths that never jump: ages, rates, durations.

/** `412 us`, `47 ms`, `4.1 s`, `12 min`, `3.2 h`: at most 6 characters below 999 h. */
export function ageText(ms: number): string {
  if (!(ms > 0)) return "0 ms";
  if (ms < 1) return `${Math.floor(ms * 1000)} us`;
  if (ms < 1000) return `${Math.floor(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 100) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  return `${Math.min(999, Math.floor(seconds / 3600))} h`;
}

/** `820 ms`, `93 s`, `12 min`: from a second on in whole ones, to change no oftener. */
export function wholeAgeText(ms: number): string {
  return ms < 1000 ? ageText(ms) : ageText(Math.floor(ms / 1000) * 1000).replace(".0 s", " s");
}

/** `0`, `412`, `12.3k`, `1.20M`: per second, at most 5 characters. */
export function rateText(perSecond: number): string {
  const value = Math.round(perSecond);
  if (value < 10_000) return String(value);
  if (value < 1_000_000) return `${trimmed(value / 1e3)}k`;
  return value < 1e9 ? `${trimmed(value / 1e6)}M` : ">1G";
}

function trimmed(value: number): string {
  return value < 99.95 ? value.toFixed(1) : String(Math.min(999, Math.round(value)));
}

/** Cut to `width` (the last character then is `~`) and padded to it. */
export function pad(text: string, width: number): string {
  if (width <= 0) return "";
  return text.length > width ? `${text.slice(0, width - 1)}~` : text.padEnd(width);
}

/** As `pad`, to the right. */
export function padLeft(text: string, width: number): string {
  return text.length > width ? pad(text, width) : text.padStart(Math.max(0, width));
}
