// SPDX-License-Identifier: MIT
// An owner leaves its place to a process in the background: what that one is told, and the change itself.
// In between the kernel keeps every command, and sends what is unfinished to the new owner.
import { resolve } from "node:path";
import type { DeviceSpec } from "../device/device-spec.js";
import { causeText, TgtctlError } from "../errors.js";
import { formatLunSpec, parseLunSpecs } from "../target/units/lun-spec.js";
import type { FaultList, UnitListView } from "./engine/verbs.js";
import type { HandedOver } from "./leaving.js";
import type { Session } from "./session.js";
import { startSuccessor } from "./successor.js";

/** What the owner was told when it began, and its session does not know. */
export interface HandOverOptions {
  readonly handlers: readonly string[];
  readonly scan: boolean;
  readonly force: boolean;
  readonly onRemark?: ((text: string) => void) | undefined;
}

/**
 * Stops `session` and has a process of its own serve what it served, units and fault rules as they are now.
 * Holds and breakpoints end: a target that nobody looks at must not stop. What was held is sent to the new
 * owner, which answers it.
 *
 * Errors: `usage`, nothing is served, and the session goes on; what the new owner failed of, and then
 * nobody serves.
 */
export async function handOver(
  spec: Extract<DeviceSpec, { kind: "path" }>,
  session: Session,
  options: HandOverOptions,
): Promise<HandedOver> {
  const { luns } = (await ask(session, "lun.list")) as UnitListView;
  const { faults } = (await ask(session, "fault.list")) as FaultList;
  if (luns.length === 0) {
    const remedy = "stop instead: nobody is there to miss it";
    throw new TgtctlError(
      "usage",
      `${spec.path}: no LUN is served, there is nothing to leave`,
      remedy,
    );
  }
  const device = resolve(spec.path);
  const rules = faults.map(({ rule }) => rule);
  const words = serveWords(device, { ...options, luns: luns.map((unit) => unit.spec), rules });
  try {
    await session.stop(true);
  } catch (error) {
    // the next owner begins with what there is: without it everything would fail
    options.onRemark?.(causeText(error));
  }
  return startSuccessor(device, words);
}

/** An engine that has died answers nothing. */
function ask(session: Session, method: string): Promise<unknown> {
  return Promise.race([session.engine.call(method, {}), session.failed]);
}

export interface ServeWords extends Pick<HandOverOptions, "handlers" | "scan" | "force"> {
  /** As `lun.list` tells them. */
  readonly luns: readonly string[];
  readonly rules: readonly string[];
}

/** `serve --device=/dev/tgt --lun=0=ram:67108864`: the same again, wherever it is started. */
export function serveWords(
  device: string,
  { luns, rules, handlers, scan, force }: ServeWords,
): string[] {
  return [
    "serve",
    `--device=${device}`,
    ...luns.map((text) => `--lun=${asFound(text)}`),
    ...rules.map((rule) => `--fault=${rule}`),
    ...handlers.map((file) => `--handler=${resolve(file)}`),
    ...(scan ? [] : ["--no-scan"]),
    ...(force ? ["--force"] : []),
  ];
}

/** A file is there by now: it is taken at the size that it has then. */
function asFound(text: string): string {
  const [unit] = parseLunSpecs([text]);
  return unit?.kind === "file" ? formatLunSpec({ ...unit, size: null }) : text;
}
