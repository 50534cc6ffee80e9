// SPDX-License-Identifier: MIT
// Copying rings that move: torn slots are known, everything else stood there together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { RINGS_SIZE } from "../../src/device/ring-device.js";
import { RingsCopy } from "../../src/device/rings-copy.js";
import { TELEMETRY_OFFSETS as AT } from "../../src/device/telemetry.js";
import { WindowCopy } from "../../src/device/window-copy.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import { done, RingModel, request, response } from "../session/follow/ring-model.js";

const WORDS = SEED_X86_64.entrySize >> 2;

/** Reads `memory`, and has something happen to it after each read. */
function reader(memory: Int32Array, after: (read: number) => void) {
  let reads = 0;
  return (into: Uint8Array): boolean => {
    into.set(new Uint8Array(memory.buffer, 0, into.length));
    after(++reads);
    return true;
  };
}

describe("a slot", () => {
  const memory = new Int32Array(RINGS_SIZE >> 2);
  const setSlot = (slot: number, status: number, value: number): void => {
    memory.fill(value, slot * WORDS, (slot + 1) * WORDS);
    memory[slot * WORDS] = status;
  };
  const shown = (copy: RingsCopy, slot: number): number[] => [
    ...new Int32Array(copy.rings, slot * SEED_X86_64.entrySize, WORDS),
  ];
  const quiet = reader(memory, () => undefined);

  it("that never holds still keeps what it had, and is torn", () => {
    const copy = new RingsCopy(SEED_X86_64);
    setSlot(5, 0, 1);
    setSlot(6, 0, 1);
    expect(copy.read(quiet)).toBe(true);
    copy.commit();
    setSlot(6, 1, 2);
    expect(copy.read(reader(memory, (n) => setSlot(5, 0, 100 + n)))).toBe(true);
    copy.commit();
    expect(copy.torn.kuring[5]).toBe(1);
    expect(shown(copy, 5)).toEqual([0, ...Array(WORDS - 1).fill(1)]);
    expect(copy.torn.kuring[6]).toBe(0);
    expect(shown(copy, 6)).toEqual([1, ...Array(WORDS - 1).fill(2)]);
  });

  it("that comes to rest is taken whole", () => {
    const copy = new RingsCopy(SEED_X86_64);
    expect(copy.read(reader(memory, (n) => n < 3 && setSlot(5, 0, 200 + n)))).toBe(true);
    copy.commit();
    expect(copy.torn.kuring[5]).toBe(0);
    expect(shown(copy, 5)).toEqual([0, ...Array(WORDS - 1).fill(202)]);
  });

  it("whose status alone changes is whole, with the later status", () => {
    const copy = new RingsCopy(SEED_X86_64);
    setSlot(5, 0, 7);
    copy.read(reader(memory, (n) => setSlot(5, n & 1, 7)));
    const status = memory[5 * WORDS];
    copy.commit();
    expect(copy.torn.kuring[5]).toBe(0);
    expect(shown(copy, 5)[0]).toBe(1 - (status ?? 0));
  });

  it("nothing is shown of memory that cannot be read", () => {
    const copy = new RingsCopy(SEED_X86_64);
    expect(copy.read(() => false)).toBe(false);
    expect(shown(copy, 5)).toEqual(Array(WORDS).fill(0));
  });
});

describe("the window", () => {
  const readerOf = (model: RingModel) => (into: Uint8Array) => {
    into.set(new Uint8Array(model.window, 0, into.length));
    return true;
  };
  const open = (model: RingModel) =>
    WindowCopy.open(readerOf(model), model.window.byteLength, SEED_X86_64);

  it.each([
    ["magic", AT.magic, 0x1234],
    ["version", AT.version, 9],
    ["number of slots", AT.nr_entry, 3],
    ["huge number of slots", AT.nr_entry, 0x80000000],
    ["size of a slot", AT.entry_size, 88],
    ["place of stamps", AT.kuring_stamps, 513],
    ["stamps outside", AT.ukring_stamps, 0xfffffff0],
    ["size", AT.total_size, 8],
  ])("of a wrong %s is not used", (_, at, value) => {
    const model = new RingModel();
    expect(open(model)).not.toBeNull();
    new DataView(model.window).setUint32(at, value, true);
    expect(open(model)).toBeNull();
  });

  it("that is cut short, or unreadable, is not used", () => {
    const model = new RingModel();
    expect(WindowCopy.open(readerOf(model), 100, SEED_X86_64)).toBeNull();
    expect(WindowCopy.open(readerOf(model), 4096, SEED_X86_64)).toBeNull();
    expect(WindowCopy.open(() => false, 1 << 20, SEED_X86_64)).toBeNull();
  });

  it("that claims to be as large as memory is read as far as ours could be", () => {
    const model = new RingModel();
    new DataView(model.window).setUint32(AT.total_size, 0xffff_fff8, true);
    let most = 0;
    const read = (into: Uint8Array): boolean => {
      most = Math.max(most, into.length);
      into.set(new Uint8Array(model.window, 0, Math.min(into.length, model.window.byteLength)));
      return true;
    };
    expect(WindowCopy.open(read, 2 ** 40, SEED_X86_64)).not.toBeNull();
    expect(most).toBe(1 << 20);
  });
});

describe("a stamp", () => {
  const still = () => ({ kuring: new Uint8Array(512), ukring: new Uint8Array(512) });
  /** Window of a model in which `between` happens while the rings are read. */
  function shown(between: (model: RingModel) => void, torn = still(), published = false) {
    const model = new RingModel();
    model.send(request(1));
    model.answer(response(1));
    model.kick();
    const read = (into: Uint8Array): boolean => {
      into.set(new Uint8Array(model.window, 0, into.length));
      return true;
    };
    const window = WindowCopy.open(read, model.window.byteLength, SEED_X86_64);
    if (!window) throw new Error("the model's window is not understood");
    window.readBefore(read);
    between(model);
    window.readAfter(read);
    window.commit(torn, () => published);
    return window;
  }

  it("stands where nothing moved", () => {
    const { early, late } = shown(() => undefined);
    for (const each of [early, late]) expect(each.stamp("kuring", 0)).toMatchObject({ index: 0 });
  });

  it("of a torn slot does not: what stands there may be another event", () => {
    const torn = still();
    torn.kuring[0] = 1;
    const { early, late } = shown(() => undefined, torn);
    for (const each of [early, late]) expect(each.stamp("kuring", 0)).toBeNull();
  });

  it("written meanwhile is for followers only: the copy may be of before", () => {
    const { early, late } = shown((model) => model.closeStamp("kuring", 512));
    expect(early.stamp("kuring", 0)).toMatchObject({ index: 512 });
    expect(late.stamp("kuring", 0)).toBeNull();
    expect(late.kuringProduced).toBe(1);
  });

  it("of a slot published in the copy is the last lap's, also if it was consumed since", () => {
    const consume = (model: RingModel): void => {
      for (let i = 0; i < 512; i++) {
        model.answer(response(i));
        model.kick();
      }
    };
    const { early, late } = shown(consume, still(), true);
    for (const each of [early, late]) expect(each.stamp("ukring", 0)).toMatchObject({ index: 0 });
    expect([early.ukringConsumed, late.ukringConsumed]).toEqual([1, 513]);
  });

  it("of two owners is noticed", () => {
    expect(shown(() => undefined).mixed).toBe(false);
    expect(shown((model) => model.newOwner()).mixed).toBe(true);
  });
});

describe("rings and window together", () => {
  type Step = "look" | number;
  const steps = fc.array(fc.oneof(fc.constant<Step>("look"), fc.integer({ min: 1, max: 200 })), {
    maxLength: 20,
  });
  /** Commands served between two reads of one look. */
  const during = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 7 });

  it("under traffic: every event once and as it was, misses exact, no event of another lap", () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 2 ** 32 - 300), steps, during, (first, work, meanwhile) => {
        const model = new RingModel(first);
        const sent: string[] = [];
        let cid = 0;
        const serve = (): void => {
          if (!model.send(request(++cid))) return;
          sent.push(`2 ${cid}`);
          model.receive();
          model.answer(response(cid));
          model.kick();
          sent.push(`0 ${cid}`);
          model.send(done(cid));
          sent.push(`3 ${cid}`);
          model.receive();
        };
        let moves = false;
        let reads = 0;
        const reading = (memory: ArrayBuffer) => (into: Uint8Array) => {
          into.set(new Uint8Array(memory, 0, into.length));
          const count = moves ? (meanwhile[reads++ % meanwhile.length] ?? 0) : 0;
          for (let i = 0; i < count; i++) serve();
          return true;
        };
        const copy = new RingsCopy(model.dialect);
        const window = WindowCopy.open(
          reading(model.window),
          model.window.byteLength,
          model.dialect,
        );
        if (!window) throw new Error("the model's window is not understood");
        const follower = new RingFollower({
          dialect: model.dialect,
          rings: copy.rings,
          telemetry: window.early,
        });
        const seen: string[] = [];
        const look = (): void => {
          window.readBefore(reading(model.window));
          copy.read(reading(model.rings));
          window.readAfter(reading(model.window));
          copy.commit();
          const words = new Int32Array(copy.rings);
          window.commit(copy.torn, (slot) => words[(65536 >> 2) + slot * WORDS] !== 0);
          follower.read((event) => {
            const view = new DataView(event.slot.buffer);
            const type = view.getUint32(8, true);
            seen.push(`${type} ${view.getUint32(type === 0 ? 20 : 52, true)}`);
          });
        };
        for (const step of work) {
          moves = true;
          if (step === "look") look();
          else for (let i = 0; i < step; i++) serve();
        }
        moves = false;
        for (let i = 0; i < 5; i++) look();
        let at = 0;
        for (const key of seen) {
          at = sent.indexOf(key, at) + 1;
          expect(at, `${key} once and in order`).toBeGreaterThan(0);
        }
        expect(follower.missed).toBe(sent.length - seen.length);
      }),
      { numRuns: 150 },
    );
  });
});
