// SPDX-License-Identifier: MIT
// Does the target still answer? Asked of a disk where there is one, else seen by commands that end; and
// commands that change nothing, for whoever needs one to come.
import { setTimeout as sleep } from "node:timers/promises";
import { type SgAnswer, type SgCommand, sgCommand } from "../../device/sg-command.js";
import type { Telemetry } from "../../device/telemetry.js";
import type { VictimKind } from "../../session/inject/inject-plan.js";
import { attachedDisks } from "../../session/scan.js";

export interface Alive {
  /** Null: nothing here can tell. */
  readonly answers: boolean | null;
  /** How it was found out, or why not. */
  readonly how: string;
}

const ANSWER_MS = 10_000;
const RESETS = 5;
const RESET_MS = 200;
const STIMULUS_MS = 5000;
const TRAFFIC_MS = 1000;
const LOOK_MS = 5;
const CMD_DONE = 3;

/** sg nodes of the disks of our hosts. */
export function targetNodes(): string[] {
  return attachedDisks().flatMap(({ generic }) => (generic === null ? [] : [generic]));
}

/** TEST UNIT READY: whatever status it ends with, somebody gave it. */
export async function diskAnswers(node: string): Promise<Alive> {
  const how = `TEST UNIT READY to ${node}`;
  try {
    let answer = await sgCommand(node, testUnitReady(), ANSWER_MS);
    for (let i = 0; i < RESETS && answer && answer.hostStatus !== 0; i++) {
      await sleep(RESET_MS); // taken back by a reset of somebody's, which nobody repeats for us
      answer = await sgCommand(node, testUnitReady(), ANSWER_MS);
    }
    if (answer === null)
      return { answers: false, how: `${how}: nothing for ${ANSWER_MS / 1000} s` };
    const { hostStatus } = answer;
    return hostStatus === 0
      ? { answers: true, how }
      : { answers: false, how: `${how}: host status ${hostStatus}` };
  } catch {
    return { answers: null, how: `${node} cannot be opened` };
  }
}

/** Commands that end, within a second; with a `workload` silence for so long means something. */
export async function commandsEnd(
  telemetry: Telemetry,
  workload: { readonly patienceMs: number } | null = null,
): Promise<Alive> {
  const done = (): number => telemetry.counters().kuring_events[CMD_DONE] ?? 0;
  const before = done();
  const waitMs = workload?.patienceMs ?? TRAFFIC_MS;
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    if (done() !== before) return { answers: true, how: "commands end" };
    await sleep(LOOK_MS);
  }
  return workload
    ? { answers: false, how: `no command ended for ${waitMs / 1000} s` }
    : { answers: null, how: "no command came meanwhile, and there is no disk to ask" };
}

/** Has the initiator send one: of a WRITE's kind it carries data out, and leaves the disk as it is. */
export async function stimulate(node: string, wants: VictimKind): Promise<void> {
  const capacity = await sgCommand(node, readCapacity(), STIMULUS_MS);
  const block = capacity && blockLength(capacity);
  if (!block) return;
  const read = await sgCommand(node, readBlock(block), STIMULUS_MS);
  if (wants === "write" && read !== null) {
    await sgCommand(node, verifyBytes(read.data), STIMULUS_MS);
  }
}

const cdb = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

function testUnitReady(): SgCommand {
  return { cdb: cdb(0, 0, 0, 0, 0, 0), direction: "none", data: new Uint8Array(0) };
}

function readCapacity(): SgCommand {
  return { cdb: cdb(0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0), direction: "in", data: new Uint8Array(8) };
}

function blockLength({ status, residue, data }: SgAnswer): number | null {
  if (status !== 0 || residue !== 0) return null;
  const length = new DataView(data.buffer, data.byteOffset).getUint32(4);
  return length >= 512 && length <= 65536 ? length : null;
}

/** READ(10) of block 0. */
function readBlock(length: number): SgCommand {
  const data = new Uint8Array(length);
  return { cdb: cdb(0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), direction: "in", data };
}

/** VERIFY(10) with BYTCHK of block 0: data go out, are compared and forgotten. */
function verifyBytes(data: Uint8Array): SgCommand {
  return { cdb: cdb(0x2f, 0x02, 0, 0, 0, 0, 0, 0, 1, 0), direction: "out", data };
}
