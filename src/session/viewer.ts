// SPDX-License-Identifier: MIT
// Joining a running owner to look: its rings mapped read-only here, what it holds asked over its socket.
import { CharDevice, processText } from "../device/char-device.js";
import { native } from "../device/native.js";
import type { RingDevice } from "../device/ring-device.js";
import { SharedRings } from "../device/shared-rings.js";
import { type ErrorKind, TgtctlError } from "../errors.js";
import type { ControlClient } from "./control/client.js";
import { diskText } from "./disk-text.js";
import type { UnitListView } from "./engine/verbs.js";
import { RingFollower } from "./follow/follower.js";
import { HeldBoard } from "./hold/held-board.js";
import { joinOwner } from "./join.js";
import type { Observation, ServedLun } from "./observation.js";
import { attachedDisks } from "./scan.js";
import { specText } from "./unit-text.js";

/** An owner, and the board that follows what it holds. */
export interface Joined {
  readonly client: ControlClient;
  readonly held: HeldBoard;
}

/** An owner that runs says hello at once; one that is stopped is looked at all the same. */
const HELLO_MS = 2000;
/** Kinds of errors that leave the device to be looked at without its owner. */
const UNREACHED: readonly ErrorKind[] = ["unavailable", "permission", "busy"];

/**
 * Null where nobody offers a socket that this user may use, or whoever does is stopped or overrun: then the
 * device itself says who owns it. Errors: `abiMismatch`, its owner is a tgtctl of another version; `undecodable`.
 */
export async function joinIfOwned(
  device: string,
  patienceMs: number = HELLO_MS,
): Promise<Joined | null> {
  try {
    return await join(device, patienceMs);
  } catch (error) {
    if (error instanceof TgtctlError && UNREACHED.includes(error.kind)) return null;
    throw error;
  }
}

/** Errors: those of `joinOwner`. */
export async function join(device: string, helloMs?: number): Promise<Joined> {
  let board: HeldBoard | null = null;
  const onNotification = (): void => board?.noteChange();
  const client = await joinOwner(device, { onNotification, ...(helloMs && { helloMs }) });
  const held = new HeldBoard(() => client.call("held"));
  board = held;
  try {
    await client.call("subscribe");
    await held.refresh();
  } catch (error) {
    client.close();
    throw error;
  }
  void client.ended.then(() => held.clear());
  return { client, held };
}

/** The rings outlive their owner: a device goes on being looked at. */
export function viewDevice(path: string, force: boolean, joined: Joined): Observation {
  const disks = attachedDisks();
  const luns = disks.map((disk) => ({ lun: disk.lun, spec: "", nodes: diskText(disk) }));
  return view(joined, luns, new Promise<never>(() => {}), () => {
    return new CharDevice(native(), path, "observer", force);
  });
}

/** A simulator ends with its owner, and so does the view. */
export async function viewSimulator(joined: Joined): Promise<Observation> {
  const { client } = joined;
  const { device: name, rings } = client.hello;
  const { luns } = await unitsOf(client);
  const served = luns.map(({ lun, spec }) => ({ lun, spec: specText(spec), nodes: "" }));
  const failed = client.ended.then((why) => {
    throw why ?? new TgtctlError("unavailable", `${name}: its owner has gone`, "start it again");
  });
  failed.catch(() => {}); // whoever cares awaits it
  return view(joined, served, failed, () => new SharedRings(native(), name, String(rings)));
}

/** An owner that does not say is let go. */
async function unitsOf(client: ControlClient): Promise<UnitListView> {
  try {
    return (await client.call("lun.list")) as UnitListView;
  } catch (error) {
    client.close();
    throw error;
  }
}

function view(
  { client, held }: Joined,
  luns: readonly ServedLun[],
  failed: Promise<never>,
  open: () => RingDevice,
): Observation {
  let device: RingDevice;
  try {
    device = open();
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    device,
    role: "viewer",
    events: new RingFollower(device),
    luns,
    held,
    verbs: {
      owner: processText(client.hello.pid),
      call: (method, params, options) => client.call(method, params, options),
    },
    failed,
    close: async () => {
      client.close();
      device.close();
    },
  };
}
