// SPDX-License-Identifier: MIT
// Where in a process the rings lie: which of its mappings are of a tgt device or of the simulator.
import { readdirSync, type Stats, statSync } from "node:fs";
import { TgtctlError } from "../errors.js";
import { probeDriver } from "./probe.js";
import { type MapEntry, mappedBytes, pathOf, rangeName } from "./process-maps.js";
import { RINGS_SIZE, TELEMETRY_OFFSET } from "./ring-device.js";

/** The number (st_rdev) of the character device behind a mapping, null if it is none. */
export type Identify = (entry: MapEntry) => number | null;

/** One device's rings in a process. */
export interface RingsPlace {
  /** `/dev/tgt`, `sim`, or `sim#1034` (its inode) where there are several. */
  readonly name: string;
  /** The device, however often and under whatever name it is mapped. */
  readonly key: string;
  /** The st_rdev; null for a simulator. */
  readonly rdev: number | null;
  /** Address of kuring; ukring lies behind it. */
  readonly rings: bigint;
  readonly window: { readonly address: bigint; readonly size: number } | null;
  /** The mapping the rings are in. */
  readonly entry: MapEntry;
}

const SIMULATOR = "/memfd:tgt-sim";
const SIZE = BigInt(RINGS_SIZE);
const WINDOW = BigInt(TELEMETRY_OFFSET);

/** All rings that `entries` hold, one place per device. */
export function findRings(entries: readonly MapEntry[], identify: Identify): RingsPlace[] {
  const devices = new Map<string, { rdev: number | null; entries: MapEntry[] }>();
  for (const entry of entries) {
    if (!entry.shared) continue;
    const isSimulator = pathOf(entry) === SIMULATOR;
    const rdev = !isSimulator && mayBeDevice(entry) ? identify(entry) : null;
    if (!isSimulator && rdev === null) continue;
    const key = isSimulator ? entry.file : `device ${rdev}`;
    const device = devices.get(key) ?? { rdev, entries: [] };
    device.entries.push(entry);
    devices.set(key, device);
  }
  const simulators = [...devices.values()].filter(({ rdev }) => rdev === null).length;
  return [...devices].flatMap(([key, { rdev, entries: mapped }]) => {
    const place = locate(mapped, rdev);
    return place ? [{ name: nameOf(place.entry, rdev, simulators), key, rdev, ...place }] : [];
  });
}

/** Only such are looked up: a look at a file of a dead file server would not come back. */
function mayBeDevice(entry: MapEntry): boolean {
  if (entry.offset !== 0n) return entry.offset === WINDOW;
  return mappedBytes(entry) === SIZE || entry.path.startsWith("/dev/");
}

/** A device's rings are mapped alone and whole; a simulator's memory may be one piece. */
function locate(entries: readonly MapEntry[], rdev: number | null) {
  const holds = (entry: MapEntry): boolean =>
    entry.offset === 0n &&
    (rdev === null ? mappedBytes(entry) >= SIZE : mappedBytes(entry) === SIZE);
  const entry = entries.find(holds);
  if (!entry) return null;
  const behind = entries.find((each) => each.offset <= WINDOW && endOf(each) > WINDOW);
  const window = behind && {
    address: behind.start + WINDOW - behind.offset,
    size: Number(endOf(behind) - WINDOW),
  };
  return { rings: entry.start, window: window ?? null, entry };
}

/** First byte of the file behind the mapping. */
function endOf(entry: MapEntry): bigint {
  return entry.offset + mappedBytes(entry);
}

function nameOf(entry: MapEntry, rdev: number | null, simulators: number): string {
  if (rdev !== null) return pathOf(entry);
  return simulators > 1 ? `sim#${entry.file.split(" ")[1]}` : "sim";
}

/**
 * The one that is meant. `wanted`: a name as above or the path of the device; null: there has to
 * be only one. `who`: `pid 4121 (tgtd)`. Errors: `unavailable` for none, `usage` for a choice.
 */
export function chooseRings(
  places: readonly RingsPlace[],
  wanted: string | null,
  who: string,
): RingsPlace {
  const names = places.map(({ name }) => name).join(", ");
  const [first] = places;
  if (!first) {
    throw new TgtctlError(
      "unavailable",
      `${who} maps no rings`,
      "give the pid of one that does: grep -l /dev/tgt /proc/[0-9]*/maps",
    );
  }
  const fitting = wanted === null ? places : places.filter((place) => isMeant(place, wanted));
  if (fitting[0] && fitting.length === 1) return fitting[0];
  if (fitting.length > 1) {
    const remedy = `name one with -D, e.g. -D ${first.name}`;
    throw new TgtctlError("usage", `${who} maps the rings of several devices: ${names}`, remedy);
  }
  const message = `${who} does not map the rings of ${wanted}`;
  throw new TgtctlError("usage", message, `leave -D out, or name one of: ${names}`);
}

function isMeant(place: RingsPlace, wanted: string): boolean {
  if (wanted === place.name) return true;
  if (place.rdev === null) return wanted === "sim";
  return statOrNull(wanted)?.rdev === place.rdev;
}

/** Never opens what it looks at. */
export function identifyIn(pid: number): Identify {
  return (entry) => {
    for (const stat of lookups(pid, entry)) {
      if (!stat?.isCharacterDevice()) continue;
      const { kind } = probeDriver(stat.rdev);
      return kind === "ours" || kind === "foreign" ? stat.rdev : null;
    }
    return null;
  };
}

/** The mapping itself (root only), an open file of that inode, the path as the process sees it. */
function* lookups(pid: number, entry: MapEntry): Generator<Stats | null> {
  const inode = Number(entry.file.split(" ")[1]);
  yield statOrNull(`/proc/${pid}/map_files/${rangeName(entry)}`);
  for (const fd of namesIn(`/proc/${pid}/fd`)) {
    const stat = statOrNull(`/proc/${pid}/fd/${fd}`);
    if (stat?.ino === inode) yield stat;
  }
  const stat = statOrNull(`/proc/${pid}/root${pathOf(entry)}`);
  if (stat?.ino === inode) yield stat;
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
