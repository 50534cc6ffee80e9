// SPDX-License-Identifier: MIT
// The page of wake-up latency: measuring begins when it opens and ends when it closes.
import type { ReactNode } from "react";
import { liveLines } from "../features/latency/live-text.js";
import { EngineSource } from "../session/latency/engine-source.js";
import { type LatencyReports, WAIT_MODES, type WaitMode } from "../session/latency/report.js";
import type { LatencySource } from "../session/latency/source.js";
import { BOLD, type Cells, PLAIN, type Region } from "./cells.js";
import type { Size } from "./layout.js";
import { troubleText } from "./message.js";
import type { Desk, Hint, Overlay } from "./overlay.js";

/** Between two looks: it is read by a person. */
const LOOK_MS = 900;
const WIDEST = 110;
const NONE: LatencyReports = { reports: [], broke: null };

export class LatencyPage implements Overlay {
  readonly title = "wake-up latency";
  readonly place = "centre";
  readonly hints: readonly Hint[] = [
    { key: "m", word: "mode" },
    { key: "Esc", word: "back" },
  ];
  readonly #desk: Desk;
  readonly #source: LatencySource;
  #mode: WaitMode = "poll";
  #reports = NONE;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** What is under way; the next waits for it. */
  #asked: Promise<void>;
  #isAsking = true;
  #closed = false;

  constructor(desk: Desk, source: LatencySource) {
    this.#desk = desk;
    this.#source = source;
    this.#asked = this.#do(() => this.#start());
    desk.closed.addEventListener("abort", () => this.#end(), { once: true });
  }

  wanted(room: Size): Size {
    return { columns: Math.min(room.columns, WIDEST), rows: room.rows };
  }

  /** It paints itself: it changes without a key. */
  view(): ReactNode {
    return null;
  }

  paint(cells: Cells, { x, y, width, height }: Region): void {
    const lines = liveLines(this.#state(), { columns: width, rows: height });
    lines.forEach((line, i) => {
      cells.put(x, y + i, line, i === 0 ? BOLD : PLAIN, width);
    });
  }

  key(name: string): void {
    if (name === "m") this.#turn();
    else if (name === "escape" || name === "q" || name === "L") {
      this.#desk.close();
      this.#end();
    }
  }

  frame(): void {
    if (this.#isAsking || this.#closed || performance.now() - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = performance.now();
    this.#asked = this.#do(async () => {
      this.#reports = await this.#source.read();
    });
  }

  #state() {
    const report = this.#reports.reports.find(({ mode }) => mode === this.#mode);
    return {
      reports: this.#reports,
      elapsedMs: report?.measured_ms ?? 0,
      durationMs: null,
      samples: null,
      mode: this.#mode,
      intervalNs: null,
    };
  }

  #start(): Promise<void> {
    return this.#source.start({ mode: this.#mode, worst: 0, breakUs: null });
  }

  /** To the next way to wait; each has figures of its own. */
  #turn(): void {
    this.#mode = WAIT_MODES[(WAIT_MODES.indexOf(this.#mode) + 1) % WAIT_MODES.length] ?? "poll";
    this.#asked = this.#asked.then(() => this.#do(() => this.#start()));
  }

  async #do(ask: () => Promise<void>): Promise<void> {
    if (this.#closed) return;
    this.#isAsking = true;
    try {
      await ask();
    } catch (error) {
      if (!this.#closed) this.#giveUp(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** The page without figures would say nothing. */
  #giveUp(error: unknown): void {
    this.#end();
    if (this.#desk.overlay === this) this.#desk.close();
    this.#desk.say(troubleText(error), "trouble");
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    // its answer is wanted by nobody, and neither is why there was none: the owner may have gone
    void this.#asked.then(() => this.#source.stop()).catch(() => undefined);
  }
}

/** An observer of a foreign owner has nobody to ask; what it could measure is not what the target does. */
export function openLatency(desk: Desk): void {
  const { verbs, refusal, observation } = desk;
  const role = observation.role === "owner" ? "owner" : "viewer";
  if (verbs === null) desk.say(refusal, "trouble");
  else desk.open(new LatencyPage(desk, new EngineSource(verbs, role)));
}
