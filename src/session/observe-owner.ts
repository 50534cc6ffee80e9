// SPDX-License-Identifier: MIT
// Owning a device with somebody looking: what the screen sees of the session, and its ways to end.
import type { DeviceSpec } from "../device/device-spec.js";
import { handOver } from "./hand-over.js";
import { HeldBoard } from "./hold/held-board.js";
import type { Observation } from "./observation.js";
import { ownVerbs } from "./own-verbs.js";
import { type OwnerOptions, startOwner } from "./owner.js";
import { attachedDisks } from "./scan.js";
import type { Session } from "./session.js";
import { deviceStake, simulatorStake } from "./stake.js";

/** Errors: those of `startOwner`. */
export async function observeOwner(spec: DeviceSpec, options: OwnerOptions): Promise<Observation> {
  const { session, luns } = await startOwner(spec, { ...options, journal: true });
  const held = new HeldBoard(() => session.engine.call("held", {}));
  session.engine.onNotice = () => held.noteChange();
  const observation: Observation = {
    device: session.device,
    role: "owner",
    events: session.events,
    luns,
    held,
    verbs: ownVerbs(session, spec.kind === "path"),
    stake: () => stakeOf(spec, session, held.state.held),
    failed: session.failed,
    close: async () => tellLeft(await session.stop(), options.onRemark),
  };
  if (spec.kind === "simulator") return observation;
  return { ...observation, handOver: () => handOver(spec, session, options) };
}

function stakeOf(spec: DeviceSpec, session: Session, held: number): string | null {
  if (spec.kind === "simulator") return simulatorStake(session.clients, held);
  return deviceStake({ disks: attachedDisks(), telemetry: session.device.telemetry, held });
}

function tellLeft(unfinished: number, onRemark: OwnerOptions["onRemark"]): void {
  if (unfinished > 0) onRemark?.(`${unfinished} commands are left to the next owner`);
}
