// SPDX-License-Identifier: MIT
// What a process has mapped, as the kernel lists it in /proc/PID/maps.

export interface MapEntry {
  readonly start: bigint;
  readonly end: bigint;
  /** MAP_SHARED. */
  readonly shared: boolean;
  /** Byte of the file at `start`. */
  readonly offset: bigint;
  /** Device of the file system and inode, `00:05 1034`: the same for every mapping of a file. */
  readonly file: string;
  /** Empty for anonymous memory; ends in ` (deleted)` where the name has gone. */
  readonly path: string;
}

const LINE =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) [r-][w-][x-]([sp]) ([0-9a-f]{1,16}) ([0-9a-f]+:[0-9a-f]+ \d+)(?: +(.*))?$/;

const hex = (digits: string | undefined): bigint => BigInt(`0x${digits ?? 0}`);

/** Lines of another form are left out: a newline in a path is written `\012`, so there are none. */
export function parseMaps(text: string): MapEntry[] {
  const entries: MapEntry[] = [];
  for (const line of text.split("\n")) {
    const [, start, end, sharing, offset, file = "", path = ""] = LINE.exec(line) ?? [];
    if (start === undefined) continue;
    const entry = { start: hex(start), end: hex(end), offset: hex(offset) };
    if (entry.end <= entry.start) continue;
    entries.push({ ...entry, shared: sharing === "s", file, path });
  }
  return entries;
}

export function mappedBytes(entry: MapEntry): bigint {
  return entry.end - entry.start;
}

/** The entry's name in /proc/PID/map_files. */
export function rangeName(entry: MapEntry): string {
  return `${entry.start.toString(16)}-${entry.end.toString(16)}`;
}

/** The path without what the kernel appends when the name has gone. */
export function pathOf(entry: MapEntry): string {
  return entry.path.replace(/ \(deleted\)$/, "");
}

const FOUR_GIB = 1n << 32n;

/** Whether all of it lies where 32-bit pointers reach: a 64-bit program's stack never does. */
export function isNarrow(entries: readonly MapEntry[]): boolean {
  return entries.length > 0 && entries.every((entry) => entry.end <= FOUR_GIB);
}
