// SPDX-License-Identifier: MIT
// What a measuring thread asks the scheduler for, as cyclictest does.
import type { Native } from "../../device/native.js";
import type { Scheduling } from "./report.js";

/** Of the calling thread; `lockMemory` is the whole process's. */
export function scheduleThread(_shim: Native, _scheduling: Scheduling): void {}
