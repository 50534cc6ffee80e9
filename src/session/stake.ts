// SPDX-License-Identifier: MIT
// What somebody loses if this owner ends now, in words; the screen asks before it leaves.

import type { LiveDevice } from "../device/ring-device.js";
import { diskUses } from "./disk-use.js";
import type { Observation } from "./observation.js";
import type { DiskNodes } from "./scan.js";

/** Disks named; the others are counted. */
const MOST_NAMED = 3;

export interface DeviceStake {
  readonly disks: readonly DiskNodes[];
  readonly telemetry: Pick<NonNullable<LiveDevice["telemetry"]>, "outstanding" | "devices"> | null;
  /** Answers kept back. */
  readonly held: number;
}

/** `/dev/sdb is mounted on /mnt; /dev/sdc is attached; 32 commands are unfinished`; null: nothing. */
export function deviceStake(
  { disks, telemetry, held }: DeviceStake,
  uses: readonly string[] = diskUses(disks),
): string | null {
  const named = uses.slice(0, MOST_NAMED);
  // disks of hosts that are not tgt_loop's have no names here
  const others = Math.max(uses.length, telemetry?.devices ?? 0) - named.length;
  const unfinished = telemetry?.outstanding ?? 0;
  return sentence([
    ...named,
    others > 0
      ? named.length > 0
        ? `${others} more ${are(others, "disk")} attached`
        : `${others} ${are(others, "disk")} attached`
      : "",
    unfinished > 0 ? `${unfinished} ${are(unfinished, "command")} unfinished` : "",
    heldText(held),
  ]);
}

/** Of a simulator, which ends with its owner. `viewers`: connections to its socket. */
export function simulatorStake(viewers: number, held: number): string | null {
  return sentence([
    viewers > 0 ? `${viewers} ${viewers === 1 ? "other has" : "others have"} joined it` : "",
    heldText(held),
  ]);
}

function heldText(held: number): string {
  return held > 0 ? `${held} ${are(held, "answer")} held` : "";
}

/** `disks are` */
function are(count: number, noun: string): string {
  return count === 1 ? `${noun} is` : `${noun}s are`;
}

function sentence(parts: readonly string[]): string | null {
  const said = parts.filter((part) => part !== "");
  return said.length > 0 ? said.join("; ") : null;
}

/** What somebody loses if `observation` ends; null: nobody does, or nothing is there any more to lose. */
export function stakeOf({ stake }: Pick<Observation, "stake">): string | null {
  try {
    return stake?.() ?? null;
  } catch {
    return null; // the device is gone
  }
}
