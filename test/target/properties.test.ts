// SPDX-License-Identifier: MIT
// Whatever an initiator sends, the responder answers from mapped memory and forgets the command afterwards.
import fc from "fast-check";
import { expect, it } from "vitest";
import { Flights } from "../../src/target/flights.js";
import { Bench, emptyAnswer } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const OPCODES = [0x00, 0x03, 0x08, 0x0a, 0x12, 0x1a, 0x25, 0x28, 0x2a, 0x35, 0x5a, 0x88, 0x8a];
const MORE_OPCODES = [0x91, 0x9e, 0xa0, 0xa8, 0xaa, 0x15, 0x1b, 0x1c, 0x1d, 0x1e, 0x4d, 0x55, 0xa3];
const MEDIA_OPCODES = [0x2e, 0x2f, 0x34, 0x41, 0x42, 0x89, 0x8e, 0x8f, 0x90, 0x93, 0xae, 0xaf];
const byte = fc.integer({ min: 0, max: 255 });
const opcode = fc.oneof(fc.constantFrom(...OPCODES, ...MORE_OPCODES, ...MEDIA_OPCODES), byte);
const rest = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, byte), {
  minLength: 15,
  maxLength: 15,
});
const request = fc.record({
  cdb: fc.tuple(opcode, rest).map(([first, more]) => Uint8Array.of(first, ...more)),
  dataLen: fc.oneof(fc.constantFrom(0, 1, 512, 4096), fc.nat(0xffffffff)),
  hostNo: fc.integer({ min: 0, max: 2 }),
  lun: fc.integer({ min: -1, max: 4 }),
  tag: fc.nat(3),
  after: fc.constantFrom("done", "abort", "reject", "reset", "nothing"),
  why: fc.constantFrom(-2, -14, -22, -71, -90),
});

it("any CDB: an answer inside mapped memory, no exception, nothing left over", () => {
  const io = new FakeIo();
  io.make("/disk", 2 ** 25);
  const specs = ["0=ram:1M", "1=file:/disk,bs=4096", "2=null:8T,ro", "3=null:8T"];
  const bench = new Bench({ io, specs, powerOnAttention: true });
  const { responder } = bench;
  const check = (answer: { status: number; len: number; uaddr: number }, dataLen: number): void => {
    expect([0x00, 0x02, 0x08, 0x40]).toContain(answer.status);
    if (answer.len === 0) return;
    expect(answer.len).toBeLessThanOrEqual(answer.status === 0 ? dataLen : 18);
    expect(io.isMapped(answer.uaddr, answer.len)).toBe(true);
  };
  /** Every third job fails. What ends may lead to more jobs, or be the turn of others. */
  const settle = (): void => {
    for (let late = responder.poll(); io.jobs.length + late.length > 0; late = responder.poll()) {
      for (const { hostNo, cid, answer } of late) {
        check(answer, 2 ** 32);
        const second = emptyAnswer();
        if (answer.dataOnly && responder.dataMoved(hostNo, cid, second)) check(second, 2 ** 32);
      }
      for (let n = io.jobs.length; n > 0; n--) io.finishJob(n % 3 === 0 ? 5 : 0);
    }
  };
  fc.assert(
    fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const used: [number, number][] = [];
      for (const { cdb, after, why, ...options } of requests) {
        const { hostNo, dataLen, lun, tag } = options;
        const answer = bench.ask(cdb, options);
        used.push([hostNo, bench.cid]);
        if (answer) check(answer, dataLen);
        const second = emptyAnswer();
        if (after === "reject" && responder.rejected(hostNo, bench.cid, why, second)) {
          check(second, dataLen);
        }
        if (answer?.dataOnly && responder.dataMoved(hostNo, bench.cid, second)) {
          check(second, dataLen);
        }
        if (after === "abort") responder.taskManagement(hostNo, 0x0d, tag, 0, lun);
        if (after === "reset") responder.taskManagement(hostNo, 0x17, 0, 0, lun);
        if (after === "done") responder.done(hostNo, bench.cid);
      }
      settle();
      for (const [hostNo, cid] of used) responder.done(hostNo, cid);
      expect(responder.inFlight).toBe(0);
    }),
    { numRuns: 300 },
  );
  expect(bench.errors).toEqual([]);
  expect(responder.units().map((unit) => unit.users)).toEqual([0, 0, 0, 0]);
  responder.close();
  expect(io.regions.length + io.arenas.length + io.openFds.size).toBe(0);
});

it("the flight table behaves like a map", () => {
  // Few homes, so that probing and closing gaps are exercised.
  const name = fc.tuple(fc.integer({ min: -1, max: 1 }), fc.nat(5), fc.nat(3));
  const step = fc.tuple(fc.boolean(), name);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const flights = new Flights();
      const model = new Map<string, number>();
      for (const [add, [hostNo, low, high]] of steps) {
        const cid = low + high * 1024;
        const key = `${hostNo}:${cid}`;
        const flight = flights.find(hostNo, cid);
        expect(flight !== null).toBe(model.has(key));
        if (add && !flight) model.set(key, flights.add(hostNo, cid).cid);
        if (!add && flight) {
          flights.remove(flight);
          model.delete(key);
        }
        expect(flights.size).toBe(model.size);
      }
      expect(
        flights
          .all()
          .map((f) => `${f.hostNo}:${f.cid}`)
          .sort(),
      ).toEqual([...model.keys()].sort());
    }),
  );
});

it("the flight table grows", () => {
  const flights = new Flights();
  for (let cid = 0; cid < 5000; cid++) flights.add(0, cid * 7);
  expect(flights.size).toBe(5000);
  for (let cid = 0; cid < 5000; cid++) expect(flights.find(0, cid * 7)?.cid).toBe(cid * 7);
});
