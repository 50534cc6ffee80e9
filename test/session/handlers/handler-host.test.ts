// SPDX-License-Identifier: MIT
// Users' handlers in their worker: good ones, and every way to be a bad one.
import { afterEach, describe, expect, it } from "vitest";
import { HandlerBench, type Outcome, READ_10, WRITE_10 } from "./handler-bench.js";

let bench: HandlerBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function start(code: string): Promise<HandlerBench> {
  bench = await HandlerBench.start(code);
  return bench;
}

const FAILED = { status: 2, data: null, sense: { key: 4, asc: 0x44, ascq: 0 } };
const isReply = (outcome: Outcome): boolean => typeof outcome === "object";

describe("a handler", () => {
  it("is given the command decoded, and its reply comes back", async () => {
    const { ask } = bound(
      await start(`
      import { defineHandler, good } from "tgtctl";
      export default defineHandler({ opcodes: ["READ_10", 0xc1], command: (cmd) => good(Buffer.from(JSON.stringify({
        ...cmd, lba: String(cmd.lba), tag: String(cmd.tag), cdb: cmd.cdb.length, isBuffer: Buffer.isBuffer(cmd.cdb),
        signal: cmd.signal.aborted }))) });`),
    );
    const reply = await ask("28 00 00 00 00 38 00 00 08 00");
    expect(JSON.parse(text(reply))).toEqual({
      ...{ opcode: 0x28, name: "READ_10", text: "READ(10) lba=0x38 blocks=8", serviceAction: null },
      ...{
        lba: "56",
        blocks: 8,
        direction: "in",
        cdb: 16,
        isBuffer: true,
        lun: 0,
        hostNo: 3,
        cid: 7,
      },
      ...{ tag: String(2 ** 40), attribute: "SIMPLE", dataLen: 4096, dataOut: null, signal: false },
      unit: { blocks: 2048, blockSize: 512, readOnly: false, serial: "S" },
    });
    expect(text(await ask("c1 00"))).toContain('"name":"0xc1"');
    expect(await ask(WRITE_10)).toBe("unclaimed");
  });

  it("returns nothing: the default answers", async () => {
    const { ask } = bound(await start("export default { luns: [1], command() {} };"));
    expect(await ask(READ_10, { lun: 1 })).toBe("default");
    expect(await ask(READ_10, { lun: 0 })).toBe("unclaimed");
  });

  it("is found by service action, and the first of several wins", async () => {
    const { ask } = bound(
      await start(`
      const says = (byte) => () => ({ data: new Uint8Array([byte]) });
      export default [
        { opcodes: ["READ_CAPACITY_16"], command: says(1) },
        { opcodes: [0x9e, "READ_10"], luns: [0], command: says(2) },
        { opcodes: ["READ_10"], command: says(3) },
      ];`),
    );
    expect(await ask("9e 10")).toMatchObject({ data: new Uint8Array([1]) });
    expect(await ask("9e 12")).toMatchObject({ data: new Uint8Array([2]) });
    expect(await ask("9e 12", { lun: 5 })).toBe("unclaimed");
    expect(await ask(READ_10)).toMatchObject({ data: new Uint8Array([2]) });
    expect(await ask(READ_10, { lun: 5 })).toMatchObject({ data: new Uint8Array([3]) });
  });

  it("gets the data-out, whatever becomes of ours", async () => {
    const { ask } = bound(
      await start(`export default { opcodes: ["WRITE_10"], dataOut: true,
        command: (cmd) => cmd.dataOut.equals(Buffer.alloc(512, 7)) ? {} : { status: "BUSY" } };`),
    );
    const whole = new Uint8Array(4096).fill(7);
    expect(await ask(WRITE_10, { dataOut: whole.subarray(8, 520) })).toMatchObject({ status: 0 });
    expect(await ask(WRITE_10, { dataOut: whole })).toMatchObject({ status: 8 });
    expect(whole.length).toBe(4096);
  });

  it("answers many at once, each in its time", async () => {
    const { ask } = bound(
      await start(`import { setTimeout as sleep } from "node:timers/promises";
      export default { opcodes: ["READ_10"], deadlineMs: 10000,
        async command(cmd) { await sleep(300); return { data: cmd.cdb.subarray(2, 6) }; } };`),
    );
    const began = performance.now();
    const asked = Array.from({ length: 200 }, (_, lba) =>
      ask(`28 00 00 00 00 ${lba.toString(16).padStart(2, "0")} 00 00 08 00`),
    );
    const replies = await Promise.all(asked);
    expect(replies.map((reply) => (reply as { data: Uint8Array }).data[3])).toEqual(
      Array.from({ length: 200 }, (_, lba) => lba),
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it("sees by its signal that nobody waits any more", async () => {
    const started = await start(`let seen = "";
      export default [
        { opcodes: ["READ_10"], deadlineMs: 100, command: (cmd) => new Promise((_, no) =>
          cmd.signal.addEventListener("abort", () => { seen += cmd.signal.reason + " "; no(new Error("x")); })) },
        { opcodes: [0xc1], command: () => ({ data: Buffer.from(seen) }) },
      ];`);
    expect(await started.ask(READ_10)).toBe("deadline");
    const aborted = started.ask(READ_10);
    await started.ask("c1 00");
    started.abortAll();
    await aborted;
    await started.askUntil((reply) => text(reply) === "deadline aborted ", "c1 00");
    expect(started.remarks.filter((remark) => remark.includes("Error: x"))).toEqual([]);
  });
});

describe("a handler that fails", () => {
  it.each([
    [
      "throws",
      "command() {\nthrow new TypeError('boom\\nmore') }",
      /handler\.mjs:2: TypeError: boom: /,
    ],
    [
      "rejects",
      "async command() { throw new RangeError('late') }",
      /handler\.mjs:1: RangeError: late/,
    ],
    [
      "throws what cannot be shown",
      "command() { throw { toString() { throw 1 } } }",
      /cannot be shown/,
    ],
    ["returns a string", "command: () => 'GOOD'", /the reply is a string/],
    [
      "has a getter that throws",
      "command: () => ({ get status() { throw new Error('ha') } })",
      /Error: ha/,
    ],
    [
      "has a then that throws",
      "command: () => ({ get then() { throw new Error('then') } })",
      /then/,
    ],
    [
      "detached its buffer",
      "command() { const data = new Uint8Array(8); structuredClone(data, { transfer: [data.buffer] }); return { data } }",
      /detached|TypeError/i,
    ],
    ["returns 17 MiB", "command: () => ({ data: new Uint8Array(17 << 20) })", /above 16 MiB/],
  ])("%s: HARDWARE ERROR and one line", async (_name, property, words) => {
    const { ask, remarks } = bound(
      await start(`export default { opcodes: ["READ_10"], ${property} };`),
    );
    expect(await ask(READ_10)).toEqual(FAILED);
    for (let i = 0; i < 50; i++) expect(await ask(READ_10)).toEqual(FAILED);
    expect(remarks).toEqual([expect.stringMatching(words)]);
    expect(remarks[0]).toMatch(/^handler: [^\n]*answered with 4\/44\/00$/);
  });

  it("loops: the default answers without waiting again, and it is started again", async () => {
    const started = await start(`let n = 0;
      export default { opcodes: ["READ_10"], deadlineMs: 400,
        command(cmd) { if (cmd.lba === 1n) for (;;); return {}; } };`);
    expect(await started.ask(READ_10)).toMatchObject({ status: 0 });
    const outcomes = Promise.all([
      started.ask("28 00 00 00 00 01 00 00 08 00"),
      started.ask(READ_10),
    ]);
    expect(await outcomes).toEqual(["deadline", "deadline"]);
    await started.askUntil((outcome) => outcome === "unclaimed");
    await started.askUntil(isReply);
    expect(started.remarks.join("\n")).toMatch(/handler\.mjs: an endless loop: started again/);
  });

  it("is slow: the default answers, and it is not ended for that", async () => {
    const started =
      await start(`import { setTimeout as sleep } from "node:timers/promises"; let lives = Date.now();
      export default [{ opcodes: ["READ_10"], deadlineMs: 50, async command() { await sleep(2500); } },
        { opcodes: [0xc1], command: () => ({ data: Buffer.from(String(lives)) }) }];`);
    const life = text(await started.ask("c1 00"));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => started.ask(READ_10)));
    expect(new Set(outcomes)).toEqual(new Set(["deadline"]));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(text(await started.ask("c1 00"))).toBe(life);
    expect(started.remarks[0]).toMatch(/a deadline passed, the default answered/);
  });

  it("was late once: when it has answered, it is asked again, however many come at once", async () => {
    const started =
      await start(`export default { opcodes: ["READ_10"], deadlineMs: 100, command: (cmd) =>
        cmd.lba === 0n ? {} : new Promise((end) => setTimeout(() => end({}), 200)) };`);
    expect(await started.ask("28 00 00 00 00 01 00 00 08 00")).toBe("deadline");
    await new Promise((resolve) => setTimeout(resolve, 600));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => started.ask(READ_10)));
    expect(outcomes.filter(isReply).length).toBe(8);
  });

  it("never answers anything: after 1024 the default does, then it is started again", async () => {
    const started = await start(
      `export default { opcodes: ["READ_10"], deadlineMs: 200, command: (cmd) => cmd.lba === 0n ? new Promise(() => {}) : {} };`,
    );
    const outcomes = await Promise.all(Array.from({ length: 1100 }, () => started.ask(READ_10)));
    expect(outcomes.filter((outcome) => outcome === "unclaimed").length).toBe(1100 - 1024);
    await started.askUntil(isReply, "28 00 00 00 00 01 00 00 08 00");
    expect(started.remarks.join("\n")).toMatch(
      /too many commands left without an answer: started again/,
    );
  });

  it.each([
    ["exits", "process.exit(3)", /it ended itself \(3\): started again/],
    [
      "throws behind our back",
      "setTimeout(() => { throw new Error('stray') })",
      /Error: stray: started again/,
    ],
    [
      "eats memory",
      "const a = []; for (;;) a.push(new Array(1e6).fill(1.5))",
      /memory limit.*started again/,
    ],
  ])("%s: its commands are the default's, and it is started again", async (_name, code, words) => {
    const started = await start(
      `export default { opcodes: ["READ_10"], deadlineMs: 60000, command(cmd) { if (cmd.lba !== 0n) return {};
        ${code}; return new Promise(() => {}) } };`,
    );
    expect(await started.ask(READ_10)).toBe("default");
    await started.askUntil(isReply, "28 00 00 00 00 01 00 00 08 00");
    expect(started.remarks.join("\n")).toMatch(words);
  });

  it("fails again and again: given up", async () => {
    const started = await start(
      `export default { opcodes: ["READ_10"], command() { process.exit(1) } };`,
    );
    for (let i = 0; i < 5; i++) await started.askUntil((outcome) => outcome === "default");
    await expect.poll(() => started.remarks.join("\n"), { timeout: 15_000 }).toMatch(/given up/);
    expect(await started.ask(READ_10)).toBe("unclaimed");
  });

  it("throws while our thread stands still (Ctrl-S): every one counts", async () => {
    const started = await start(
      `export default { opcodes: ["READ_10"], command() { throw new Error("boom") } };`,
    );
    const all = Array.from({ length: 500 }, () => started.ask(READ_10));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    await Promise.all(all);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await started.ask(READ_10)).toEqual(FAILED);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await bench?.close();
    bench = undefined;
    const counts = started.remarks.map((remark) => Number(/\((\d+) /.exec(remark)?.[1] ?? 1));
    expect(counts).toEqual([1, 500]);
  });

  it("prints: lines in remarks, not many, and no control characters", async () => {
    const started = await start(`let n = 0;
      export default { opcodes: ["READ_10"], command() { console.log("\\x1b[2Jline " + n++); console.error("err"); return {} } };`);
    for (let i = 0; i < 100; i++) await started.ask(READ_10);
    await expect.poll(() => started.remarks.length, { timeout: 5000 }).toBeGreaterThan(15);
    expect(started.remarks).toContain("handler: ?[2Jline 3");
    expect(started.remarks).toContain("handler: err");
    expect(started.remarks.length).toBeLessThan(25);
  });
});

function bound(started: HandlerBench): Pick<HandlerBench, "ask" | "remarks"> {
  return { ask: (...args) => started.ask(...args), remarks: started.remarks };
}

function text(outcome: Outcome): string {
  return typeof outcome === "object" && outcome.data ? Buffer.from(outcome.data).toString() : "";
}
