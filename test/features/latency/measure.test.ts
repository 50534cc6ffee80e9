// SPDX-License-Identifier: MIT
// A measurement ends when it is told to, and keeps what it has whatever ends it.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nothingMeasured, standingClock } from "../../../src/features/latency/findings.js";
import { type MeasurePlan, measure } from "../../../src/features/latency/measure.js";
import { WAIT_MODES } from "../../../src/session/latency/report.js";
import { FakeSource } from "./fake-source.js";
import { distributionOf, steadyReport, worstSample } from "./reports.js";

const PLAN: MeasurePlan = {
  modes: ["poll"],
  durationMs: 2000,
  samples: null,
  worst: 5,
  breakUs: null,
};
const never = new Promise<never>(() => {});
let going = new AbortController().signal;
/** Somebody who wants to see how it goes. */
const progress = (): void => {};

beforeEach(() => {
  going = new AbortController().signal;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets it run to its end, in a time of its own. */
async function ran<T>(promise: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  for (let i = 0; i < 1000 && !over; i++) await vi.advanceTimersByTimeAsync(50);
  return promise;
}

/** Its owner was stopped: from the third call on nothing is answered, or only after so many ms. */
class HungSource extends FakeSource {
  constructor(readonly ms = Number.POSITIVE_INFINITY) {
    super();
  }

  override async read() {
    return this.#late(await super.read());
  }

  override async stop() {
    return this.#late(await super.stop());
  }

  #late<Answer>(answer: Answer): Promise<Answer> {
    if (this.calls.length < 3) return Promise.resolve(answer);
    return new Promise((resolve) => {
      if (Number.isFinite(this.ms)) setTimeout(() => resolve(answer), this.ms);
    });
  }
}

describe("an owner that does not answer", () => {
  it.each([
    ["not at all", Number.POSITIVE_INFINITY, { kind: "unavailable" }],
    ["late", 1000, null],
  ])("is not waited for after Ctrl-C: %s", async (_, ms, error) => {
    const source = new HungSource(ms);
    const stop = new AbortController();
    const run = { stop: stop.signal, failed: never, progress: vi.fn() };
    const plan = { ...PLAN, modes: WAIT_MODES, durationMs: 600_000 };
    const measuring = measure(source, plan, run);
    await vi.advanceTimersByTimeAsync(600); // its second look is out
    stop.abort();
    const before = performance.now();
    const outcome = await ran(measuring);
    expect(performance.now() - before).toBeLessThan(3500);
    expect(outcome).toMatchObject({ ended: "stopped", error });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(source.calls.at(-1)).toBe("stop"); // nothing was begun behind it
    expect(run.progress).toHaveBeenCalledTimes(1);
  });
});

describe("a measurement", () => {
  it("ends with its time, and reads four times a second", async () => {
    const source = new FakeSource();
    const elapsed: number[] = [];
    const progress = (_: unknown, ms: number): void => void elapsed.push(ms);
    const { ended, reports } = await ran(
      measure(source, PLAN, { stop: going, failed: never, progress }),
    );
    expect(ended).toBe("done");
    expect(elapsed).toEqual([250, 500, 750, 1000, 1250, 1500, 1750]);
    expect(source.calls.at(-1)).toBe("stop");
    expect(reports.reports.map(({ samples }) => samples)).toEqual([700]);
  });

  it("looks seldom where nobody watches and nothing ends it but its time", async () => {
    const source = new FakeSource();
    await ran(measure(source, { ...PLAN, durationMs: 5000 }, { stop: going, failed: never }));
    expect(source.calls).toEqual(["start", "read", "read", "read", "read", "stop"]);
  });

  it("ends with its samples, of each mode as many", async () => {
    const source = new FakeSource();
    const plan = { ...PLAN, modes: WAIT_MODES, durationMs: null, samples: 450 };
    const { reports } = await ran(measure(source, plan, { stop: going, failed: never }));
    expect(reports.reports.map(({ mode }) => mode)).toEqual([...WAIT_MODES]);
    for (const { samples } of reports.reports) expect(samples).toBeGreaterThanOrEqual(450);
    // in turns: none waits for the others to be through
    expect(source.asked.map(({ mode }) => mode).slice(0, 8)).toEqual([
      ...WAIT_MODES,
      ...WAIT_MODES,
    ]);
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 600);
    const run = { stop: stop.signal, failed: never, progress };
    const { ended, reports } = await ran(
      measure(new FakeSource(), { ...PLAN, durationMs: null }, run),
    );
    expect(ended).toBe("stopped");
    expect(reports.reports[0]?.samples).toBe(200);
  });

  it("takes its turns on time where looking takes long", async () => {
    const source = new FakeSource();
    const read = source.read.bind(source);
    source.read = async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return read();
    };
    const plan = { ...PLAN, modes: WAIT_MODES, durationMs: 4000 };
    await ran(measure(source, plan, { stop: going, failed: never }));
    expect(new Set(source.asked.map(({ mode }) => mode))).toEqual(new Set(WAIT_MODES));
    expect(source.asked.length).toBeGreaterThanOrEqual(7);
    expect(source.calls.filter((call) => call === "read").length).toBeLessThanOrEqual(2);
  });

  it("gives each mode a turn where an owner takes longer to change than all may take", async () => {
    const source = new FakeSource();
    const start = source.start.bind(source);
    source.start = async (options) => {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return start(options);
    };
    const plan = { ...PLAN, modes: WAIT_MODES };
    const { ended } = await ran(measure(source, plan, { stop: going, failed: never }));
    expect(ended).toBe("done");
    expect(source.asked.map(({ mode }) => mode)).toEqual([...WAIT_MODES]);
  });

  it("has its stimulus within itself", async () => {
    const source = new FakeSource();
    const stimulate = async () => {
      source.calls.push("stimulate");
      return { stop: async () => void source.calls.push("still") };
    };
    await ran(
      measure(
        source,
        { ...PLAN, durationMs: 400 },
        { stop: going, failed: never, stimulate, progress },
      ),
    );
    expect(source.calls).toEqual(["start", "stimulate", "read", "still", "stop"]);
  });

  it("ends its stimulus when the device goes", async () => {
    let stopped = false;
    const stimulate = async () => ({
      stop: async () => {
        stopped = true;
      },
    });
    const failed = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("gone")), 300);
    });
    const { ended } = await ran(
      measure(new FakeSource(), PLAN, { stop: going, failed, stimulate }),
    );
    expect([ended, stopped]).toEqual(["failed", true]);
  });

  it("ends at a break", async () => {
    const source = new FakeSource();
    source.broke = { mode: "poll", sample: worstSample(), rings: new Uint8Array(2), trace: null };
    const { ended } = await ran(
      measure(source, { ...PLAN, breakUs: 500 }, { stop: going, failed: never }),
    );
    expect(ended).toBe("broke");
    expect(source.calls).toEqual(["start", "read", "stop"]);
  });

  it("keeps what it has when the device goes", async () => {
    const failed = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("gone")), 1100);
    });
    const outcome = await ran(measure(new FakeSource(), PLAN, { stop: going, failed, progress }));
    expect(outcome).toMatchObject({ ended: "failed", error: new Error("gone") });
    expect(outcome.reports.reports[0]?.samples).toBe(400);
  });

  it.each(["read", "stop"])("keeps what it has when %s fails", async (call) => {
    const source = new FakeSource();
    const run = measure(source, PLAN, { stop: going, failed: never, progress });
    setTimeout(() => {
      source.fails = { call, error: new Error("gone") };
    }, 1100);
    const outcome = await ran(run);
    expect(outcome.ended).toBe("failed");
    expect(outcome.reports.reports[0]?.samples).toBeGreaterThanOrEqual(400);
  });

  it("that cannot begin is none", async () => {
    const source = new FakeSource();
    source.fails = { call: "start", error: new Error("no right") };
    await expect(ran(measure(source, PLAN, { stop: going, failed: never }))).rejects.toThrow(
      "no right",
    );
  });
});

describe("what cannot be believed", () => {
  const empty = { samples: 0, wakeup: distributionOf([]) };
  it("is said where nothing came", () => {
    const reports = { reports: [steadyReport("poll", empty)], broke: null };
    expect(nothingMeasured(reports, "/dev/tgt", false)).toMatchObject({
      kind: "inputMissing",
      message: "/dev/tgt: no event came in 20.0 s: nothing was measured",
    });
    expect(nothingMeasured(reports, "/dev/tgt", true)?.kind).toBe("interrupted");
    const missed = { reports: [steadyReport("poll", { ...empty, missed: 7 })], broke: null };
    expect(nothingMeasured(missed, "/dev/tgt", false)?.message).toContain(
      "all 7 events were missed",
    );
    expect(nothingMeasured({ reports: [steadyReport()], broke: null }, "x", true)).toBeNull();
  });

  it("is said where the clock stands", () => {
    const zero = distributionOf(Array.from({ length: 50 }, () => 0));
    const stands = steadyReport("poll", { wakeup: zero, whole: zero });
    expect(standingClock({ reports: [stands], broke: null }, "sim")?.kind).toBe("abiMismatch");
    // a busy target whose thread never sleeps is no standing clock
    const awake = steadyReport("poll", { wakeup: zero });
    expect(standingClock({ reports: [awake, steadyReport()], broke: null }, "sim")).toBeNull();
  });
});
