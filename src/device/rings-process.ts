// SPDX-License-Identifier: MIT
// A process whose rings are read: who it is, where they are in it, and whether they still are.
import { readFileSync, readlinkSync } from "node:fs";
import { errnoName } from "../errors.js";
import { endedError, lookError, type ProcessFacts, readFacts, whoText } from "./process-facts.js";
import { isNarrow, type MapEntry, parseMaps, pathOf, rangeName } from "./process-maps.js";
import { openProcessMemory, type ProcessMemory } from "./process-memory.js";
import { chooseRings, findRings, identifyIn, type RingsPlace } from "./process-rings.js";

export class RingsProcess {
  /** As of the last `update()`. */
  facts: ProcessFacts;
  place: RingsPlace;
  /** Its pointers have 32 bits. */
  readonly narrow: boolean;
  readonly #memory: ProcessMemory;

  /**
   * `wanted`: see chooseRings. Errors: `unavailable` (no such process, ended, no rings), `permission`,
   * `usage` where it has several.
   */
  constructor(pid: number, wanted: string | null) {
    this.facts = readFacts(pid);
    if (this.facts.state === "ended") throw endedError(this.facts, true);
    const entries = this.#maps();
    const places = findRings(entries, identifyIn(pid));
    this.place = chooseRings(places, wanted, whoText(this.facts));
    this.narrow = isNarrow(entries);
    try {
      this.#memory = openProcessMemory(pid);
    } catch (cause) {
      throw lookError(this.facts, "reading its memory", cause);
    }
  }

  #maps(): MapEntry[] {
    try {
      return parseMaps(readFileSync(`/proc/${this.facts.pid}/maps`, "latin1"));
    } catch (cause) {
      throw lookError(this.facts, "reading its mappings", cause);
    }
  }

  /** Looks how it is. Errors: `unavailable` if it has ended. */
  update(): void {
    const before = this.facts;
    let now: ProcessFacts;
    try {
      now = readFacts(before.pid);
    } catch {
      throw endedError(before, false);
    }
    if (now.started !== before.started) throw endedError(before, false);
    if (now.state === "ended") throw endedError(before, true);
    this.facts = now;
  }

  /** Both rings; bound, for RingsCopy. */
  readonly readRings = (into: Uint8Array): boolean => this.#memory.fill(this.place.rings, into);

  /** The telemetry window from its start. */
  readonly readWindow = (into: Uint8Array): boolean => {
    const { window } = this.place;
    return window !== null && into.length <= window.size && this.#memory.fill(window.address, into);
  };

  /** Whether what lies where we read is what was found there. */
  isThere(): boolean {
    const { entry } = this.place;
    try {
      const path = readlinkSync(`/proc/${this.facts.pid}/map_files/${rangeName(entry)}`);
      return pathOf({ ...entry, path }) === pathOf(entry);
    } catch (error) {
      return errnoName(error) !== "ENOENT"; // a kernel without map_files: reading tells
    }
  }

  /** The same device's rings, mapped anew; false where they are not. */
  findAgain(): boolean {
    const places = findRings(this.#maps(), identifyIn(this.facts.pid));
    const place = places.find(({ key }) => key === this.place.key);
    if (place) this.place = place;
    return place !== undefined;
  }

  close(): void {
    this.#memory.close();
  }
}
