// SPDX-License-Identifier: MIT
// What the engine's thread opens for itself: the device, the stores, its own memory, the initiator's clock.
import { CharDevice } from "../../device/char-device.js";
import type { Native } from "../../device/native.js";
import type { LiveDevice } from "../../device/ring-device.js";
import { SimulatorDevice } from "../../device/simulator.js";
import { causeText } from "../../errors.js";
import { CONTENT_REPLACED } from "../../target/units/attentions.js";
import type { LogicalUnit } from "../../target/units/logical-unit.js";
import { parseLunSpecs } from "../../target/units/lun-spec.js";
import { openUnits } from "../../target/units/open-units.js";
import { DiskTimeouts } from "../hold/disk-timeouts.js";
import { KernelHold } from "../hold/kernel-hold.js";
import { timeoutsFile } from "../runtime-state.js";
import { loopAddresses } from "../scan.js";
import type { EngineOrders } from "./engine-protocol.js";

export function openOwner(shim: Native, orders: EngineOrders): LiveDevice {
  return orders.device.kind === "simulator"
    ? new SimulatorDevice(shim, orders.device.sim, orders.device.name, "owner")
    : new CharDevice(shim, orders.device.path, "owner", orders.device.force);
}

export function openStores(shim: Native, { served }: EngineOrders): LogicalUnit[] {
  const { specs, memoryPrefix, serials } = served;
  const units = openUnits(shim, parseLunSpecs(specs), { sharedMemoryPrefix: memoryPrefix });
  for (const unit of units) {
    const earlier = serials[unit.lun];
    if (earlier !== undefined && earlier !== unit.identity.serial) {
      unit.attentions.addFirst(CONTENT_REPLACED);
    }
  }
  return units;
}

/** Writeback into our own file: LUN must not wait for us. Only root may ask for that. */
export function becomeFlusher(shim: Native): void {
  try {
    shim.setIoFlusher();
  } catch {
    // without it only a machine out of memory can tell the difference
  }
}

/** Bytes at an address in this process; null: not readable. */
export function peek(shim: Native, address: number, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  try {
    shim.peek(BigInt(address), bytes);
    return bytes;
  } catch {
    return null;
  }
}

/** Only disks of a real kernel have timeouts of their own. */
export function kernelHold(
  device: LiveDevice,
  orders: EngineOrders,
  remark: (text: string) => void,
): KernelHold {
  const hold = (on: boolean): void => device.hold(on);
  if (orders.device.kind !== "char") return new KernelHold({ hold, timeouts: null, remark });
  const file = timeoutsFile(orders.device.path);
  const timeouts = new DiskTimeouts({ disks: () => loopAddresses(), file });
  try {
    const left = timeouts.restoreLeft();
    if (left > 0)
      remark(`put back the SCSI timeout of ${left} disks that an owner had left raised`);
  } catch (error) {
    remark(`SCSI timeouts that an owner had left raised: not put back: ${causeText(error)}`);
  }
  return new KernelHold({ hold, timeouts, remark });
}
