// SPDX-License-Identifier: MIT
// The verbs the engine answers: each looks at its parameters, acts between two events, returns JSON.
import { TgtctlError } from "../../errors.js";
import type { DefaultResponder } from "../../target/default-responder.js";
import type { SenseCode } from "../../target/responder.js";
import { parseFaultRule } from "../faults/fault-rule.js";
import type { FaultCount, FaultRules } from "../faults/fault-rules.js";
import type { EngineControl, HoldState } from "../hold/engine-control.js";
import { type HeldSources, heldView, sentView } from "../hold/held-view.js";
import type { HeldItem } from "../hold/hold.js";
import type { Edit, Sent } from "../hold/letting-go.js";
import { LATENCY_PARAMETERS, type LatencyDesk } from "../latency/latency-desk.js";
import type { EngineCounters } from "./engine-counters.js";
import { Params } from "./params.js";
import type { UnitDesk } from "./unit-desk.js";
import type { EngineMethod, EngineStatus, HeldList, HeldView, SentList } from "./verbs.js";

export interface EngineVerbsOptions {
  readonly control: EngineControl;
  readonly responder: DefaultResponder;
  readonly faults: FaultRules;
  readonly units: UnitDesk;
  readonly counters: EngineCounters;
  readonly latency: LatencyDesk;
  /** Memory of this process; null: not readable. */
  readonly read: (address: number, length: number) => Uint8Array | null;
}

const MOST_STEPS = 100_000;
/** Shown of one call: more than the socket takes in one message is counted only. */
const MOST_ITEMS = 1000;
/** Every command is asked of each. */
const MOST_FAULTS = 100;
const U32 = 0xffff_ffff;
const ANSWER_FIELDS = ["host_no", "cid", "len", "result", "uaddr", "rw"];

/** Where the parameters of each are named, and nothing else about it. */
const PARAMETERS: Readonly<Record<EngineMethod, readonly string[]>> = {
  hold: ["on", "tmf"],
  held: ["limit"],
  step: ["count"],
  release: ["host_no", "cid", "mid", "id", "set", "sense"],
  drop: ["host_no", "cid", "mid", "id"],
  continue: [],
  "break.add": ["expression", "once"],
  "break.list": [],
  "break.delete": ["id"],
  "fault.add": ["rule"],
  "fault.list": [],
  "fault.delete": ["id"],
  "lun.add": ["spec", "directory"],
  "lun.list": [],
  "lun.remove": ["lun"],
  "lun.resize": ["lun", "size"],
  "engine.status": [],
  ...LATENCY_PARAMETERS,
};

/** Engine thread. */
export class EngineVerbs {
  readonly #options: EngineVerbsOptions;
  readonly #sources: HeldSources;
  /** Given when something is first shown: an answer that took another one's place has another. */
  readonly #ids = new WeakMap<HeldItem, number>();
  #lastId = 0;

  constructor(options: EngineVerbsOptions) {
    this.#options = options;
    this.#sources = {
      find: (hostNo, cid) => options.responder.find(hostNo, cid),
      read: options.read,
      idOf: (item) => this.#idOf(item),
      now: () => Number(process.hrtime.bigint()),
    };
  }

  /** Errors: TgtctlError, kind `usage` for what is asked wrongly; then nothing has happened. */
  run(method: string, given: unknown): unknown {
    if (!isEngineMethod(method)) {
      throw new TgtctlError("usage", `${method}: no such method`, "see ARCHITECTURE.md");
    }
    return this.#run(method, new Params(method, given, PARAMETERS[method]));
  }

  #run(method: EngineMethod, params: Params): unknown {
    const { control, faults, units } = this.#options;
    switch (method) {
      case "hold":
        return this.#hold(params);
      case "held":
        return this.#held(params.number("limit", 1, MOST_ITEMS, MOST_ITEMS));
      case "step":
        return this.#step(params.number("count", 1, MOST_STEPS, 1));
      case "release":
        return this.#release(params);
      case "drop":
        return this.#drop(params);
      case "continue":
        return this.#sent(control.held(), () => control.goOn());
      case "break.add":
        return control.breakpoints.add(params.text("expression"), params.flag("once"));
      case "break.list":
        return { breakpoints: control.breakpoints.list() };
      case "break.delete":
        return needed(control.breakpoints.delete(idOf(params)), "break", idOf(params));
      case "fault.add":
        return this.#addFault(params.text("rule"));
      case "fault.list":
        return { faults: faults.list() };
      case "fault.delete":
        return this.#deleteFault(idOf(params));
      case "lun.add":
        return units.add(
          params.text("spec"),
          params.has("directory") ? params.text("directory") : "/",
        );
      case "lun.list":
        return { luns: units.list() };
      case "lun.remove":
        return units.remove(params.number("lun", 0, U32));
      case "lun.resize":
        return units.resize(
          params.number("lun", 0, U32),
          params.number("size", 1, Number.MAX_SAFE_INTEGER),
        );
      case "engine.status":
        return this.#status();
      default:
        return this.#options.latency.run(method, params);
    }
  }

  #hold(params: Params): HoldState | SentList {
    const { control } = this.#options;
    const on = params.has("on") ? params.flag("on") : true;
    const tmf = params.flag("tmf");
    if (on) return control.begin(tmf);
    return this.#sent(control.held(), () => control.goOn());
  }

  #held(limit: number): HeldList {
    const { control } = this.#options;
    const items = control.held().slice(0, limit);
    return { ...control.state, items: items.map((item) => this.#view(item)) };
  }

  #step(count: number): SentList {
    const { control } = this.#options;
    if (!control.holding) {
      throw new TgtctlError("usage", "step: nothing is held", "hold first: tgtctl hold");
    }
    return this.#sent(control.held().slice(0, count), () => control.step(count));
  }

  #release(params: Params): SentList {
    const item = this.#item(params);
    const fields = item.kind === "answer" ? ANSWER_FIELDS : ["result"];
    const set = params.fields("set", fields);
    const sense = params.has("sense") ? senseOf(params.text("sense")) : null;
    if (sense && item.kind === "task") {
      const remedy = "set its result instead: 0, or a negative errno";
      throw new TgtctlError("usage", "release: a task management answer has no sense", remedy);
    }
    const edit: Edit | null = set.size > 0 || sense ? { set, sense } : null;
    return this.#sent([item], () => [this.#options.control.release(item, edit)]);
  }

  #drop(params: Params): HeldView {
    const item = this.#item(params);
    const view = this.#view(item);
    this.#options.control.drop(item);
    return view;
  }

  /** `items`: what may be let go, looked at before that. */
  #sent(items: readonly HeldItem[], act: () => readonly Sent[]): SentList {
    const views = new Map(items.slice(0, MOST_ITEMS).map((item) => [item, this.#view(item)]));
    const all = act();
    const sent = all
      .slice(0, MOST_ITEMS)
      .map((each) => sentView(views.get(each.item) ?? this.#view(each.item), each, this.#sources));
    return { ...this.#options.control.state, count: all.length, sent };
  }

  #view(item: HeldItem): HeldView {
    return heldView(item, this.#sources);
  }

  #idOf(item: HeldItem): number {
    const known = this.#ids.get(item);
    if (known !== undefined) return known;
    this.#ids.set(item, ++this.#lastId);
    return this.#lastId;
  }

  /** What `host_no` and `cid` or `mid` name, and no other than `id` where it is given. */
  #item(params: Params): HeldItem {
    const item = this.#named(params);
    if (!params.has("id") || idOf(params) === this.#idOf(item)) return item;
    const { cid, mid } = { cid: null, mid: null, ...this.#view(item) };
    const name = `${item.hostNo}:${cid ?? `mid=${mid}`}`;
    const remedy = "look at what is held now, and ask again";
    throw new TgtctlError("usage", `${name}: another answer is held now than was shown`, remedy);
  }

  #named(params: Params): HeldItem {
    const { control } = this.#options;
    const host = params.has("host_no")
      ? Number(BigInt.asIntN(32, params.integer("host_no", -(2n ** 31n), 2n ** 32n - 1n)))
      : null;
    if (params.has("mid")) {
      const mid = params.integer("mid", 0n, 2n ** 64n - 1n);
      return onlyOne(
        `mid=${mid}`,
        host,
        control.held().filter((item) => midOf(item) === mid),
      );
    }
    const cid = params.number("cid", 0, U32);
    const named = control.held().filter((item) => item.kind === "answer" && item.cid === cid);
    return onlyOne(String(cid), host, named);
  }

  #addFault(text: string): FaultCount {
    const { faults } = this.#options;
    if (faults.list().length >= MOST_FAULTS) {
      const remedy = "delete some: tgtctl fault delete ID";
      throw new TgtctlError("busy", `fault add: there are ${MOST_FAULTS} rules already`, remedy);
    }
    const id = faults.add(parseFaultRule(text, "RULE"));
    return needed(this.#fault(id), "fault", id);
  }

  #deleteFault(id: number): FaultCount {
    const found = needed(this.#fault(id), "fault", id);
    this.#options.faults.delete(id);
    return found;
  }

  #fault(id: number): FaultCount | null {
    return this.#options.faults.list().find((each) => each.id === id) ?? null;
  }

  #status(): EngineStatus {
    const { control, faults, units, responder, counters } = this.#options;
    return {
      hold: control.state,
      breakpoints: control.breakpoints.list(),
      faults: faults.list(),
      luns: units.list(),
      in_flight: responder.inFlight,
      owed: responder.owed,
      counters: { ...counters.read(), ...responder.counters },
    };
  }
}

function isEngineMethod(method: string): method is EngineMethod {
  return Object.hasOwn(PARAMETERS, method);
}

function idOf(params: Params): number {
  return params.number("id", 1, Number.MAX_SAFE_INTEGER);
}

function midOf(item: HeldItem): bigint | null {
  if (item.kind !== "task") return null;
  return (BigInt(item.midHigh >>> 0) << 32n) | BigInt(item.midLow >>> 0);
}

function needed<T>(found: T | null, what: "break" | "fault", id: number): T {
  if (found !== null) return found;
  const noun = what === "break" ? "breakpoint" : "fault rule";
  throw new TgtctlError("usage", `there is no ${noun} ${id}`, `see tgtctl ${what} list`);
}

/** Numbers are a host's own: `host` null is good enough where one has it. Errors: `usage`. */
function onlyOne(number: string, host: number | null, all: readonly HeldItem[]): HeldItem {
  const found = all.filter((item) => host === null || item.hostNo === host);
  if (found.length > 1) {
    const names = found.map((item) => `${item.hostNo}:${number}`).join(", ");
    throw new TgtctlError("usage", `${number} is not unique: ${names}`, "give the host, too");
  }
  const [only] = found;
  if (only) return only;
  const name = host === null ? number : `${host}:${number}`;
  throw new TgtctlError("usage", `${name} is not held`, "see what is: tgtctl held");
}

/** `K/ASC/ASCQ`, hex. */
function senseOf(text: string): SenseCode {
  const [, key, asc, ascq] = /^([0-9a-f])\/([0-9a-f]{1,2})\/([0-9a-f]{1,2})$/i.exec(text) ?? [];
  if (key === undefined || asc === undefined || ascq === undefined) {
    const remedy = "give sense key, ASC and ASCQ in hex as T10 writes them, e.g. 3/11/00";
    throw new TgtctlError("usage", `${text.slice(0, 32)}: not K/ASC/ASCQ`, remedy);
  }
  const hex = (digits: string): number => Number.parseInt(digits, 16);
  return { key: hex(key), asc: hex(asc), ascq: hex(ascq) };
}
