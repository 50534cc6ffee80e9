// SPDX-License-Identifier: MIT
// Loads the addon in the main thread and two workers and answers a simulator from JavaScript.
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const load = createRequire(import.meta.url);
const native = load("node-gyp-build")(fileURLToPath(new URL("../..", import.meta.url)));

const SLOT = 96;
const SLOTS = 512;
const CAPACITY = 131072; // blocks of 512

const workload = (depth) => ({
  depth,
  read: 70,
  block: 4096,
  rate: 0,
  seed: 1,
  lun: 0,
  count: 0,
});

const calls = [
  () => native.kick(-1),
  () => native.wait(9999, -1, 0, null),
  () => native.close(-1),
  () => native.map(-1, 0, 4096, true),
  () => native.unmap(native.arena(4096)),
  () => native.characterDevice("/dev/null"),
];

function fails(code, call) {
  assert.throws(call, (e) => e.code === code && typeof e.errno === "number" && !!e.syscall);
}

/** A responder as small as can be: a ram disk in shared memory, one doorbell per batch. */
function respond(sim, wakeFd) {
  const handle = native.simOpen(sim, "rw");
  const rings = native.map(native.simMemory(sim), 0, 131072, true);
  const u32 = new Uint32Array(rings.buffer);
  const i32 = new Int32Array(rings.buffer);
  const u8 = new Uint8Array(rings.buffer);
  const u64 = new BigUint64Array(rings.buffer);
  const store = native.sharedMemory("", BigInt(CAPACITY * 512), true);
  const region = native.mapRegion(store, BigInt(CAPACITY * 512), true);
  const arena = native.arena(4096);
  const answer = new DataView(arena.buffer);
  // fixed answers: INQUIRY at 0, READ CAPACITY(16) at 64, sense at 128
  answer.setUint8(2, 6);
  answer.setUint8(4, 31);
  answer.setUint32(64 + 4, CAPACITY - 1);
  answer.setUint32(64 + 8, 512);
  answer.setUint8(128, 0x70);
  answer.setUint8(130, 5);
  answer.setUint8(135, 10);
  answer.setUint8(140, 0x20);
  const base = Number(region.address);
  const stamp = new BigUint64Array(1);
  let k = 0;
  let u = 0;
  for (;;) {
    const bits = native.simWait(handle, wakeFd, -1, stamp);
    if (bits & 6) break;
    let batch = 0;
    for (;;) {
      const at = (k & (SLOTS - 1)) * SLOT;
      if (Atomics.load(i32, at >> 2) === 0) break;
      if (u32[(at + 8) >> 2] === 2) {
        const cdb = at + 8 + 52;
        const op = u8[cdb];
        let result = 0;
        let uaddr = 0;
        let len = 0;
        let rw = 0;
        if (op === 0x28 || op === 0x2a) {
          const lba =
            u8[cdb + 2] * 16777216 + (u8[cdb + 3] << 16) + (u8[cdb + 4] << 8) + u8[cdb + 5];
          len = ((u8[cdb + 7] << 8) | u8[cdb + 8]) * 512;
          uaddr = base + lba * 512;
          rw = op === 0x2a ? 1 : 0;
        } else if (op === 0x12) {
          uaddr = Number(arena.address);
          len = 36;
        } else if (op === 0x9e) {
          uaddr = Number(arena.address) + 64;
          len = 32;
        } else if (op !== 0) {
          result = 2;
          uaddr = Number(arena.address) + 128;
          len = 18;
        }
        const out = 65536 + (u & (SLOTS - 1)) * SLOT;
        const ev = out + 8;
        u32[ev >> 2] = 0;
        i32[(ev + 8) >> 2] = i32[(at + 8 + 40) >> 2];
        u32[(ev + 12) >> 2] = u32[(at + 8 + 44) >> 2];
        u32[(ev + 16) >> 2] = len;
        i32[(ev + 20) >> 2] = result;
        u64[(ev + 24) >> 3] = BigInt(uaddr);
        u8[ev + 32] = rw;
        Atomics.store(i32, out >> 2, 1);
        u++;
        batch++;
      }
      Atomics.store(i32, at >> 2, 0);
      k++;
    }
    try {
      if (batch) native.simKick(handle);
    } catch (e) {
      assert.equal(e.code, "ENODEV"); // destroyed meanwhile
      break;
    }
  }
  native.simClose(handle);
  native.unmap(rings);
  assert.equal(rings.buffer.byteLength, 0);
  native.unmapRegion(region);
  native.close(store);
  return u;
}

function errors() {
  fails("ENOENT", () => native.open("/nowhere/at/all", "ro"));
  fails("EBADF", () => native.close(-1));
  fails("EBADF", () => native.wait(987654, -1, 0, null));
  fails("EBADF", () => native.kick(987654));
  fails("EBADF", () => native.simKick(987654));
  fails("EBADF", () => native.peerCredentials(987654));
  fails("ENOTSOCK", () => native.peerCredentials(native.wakeFd()));
  const words = () => new Uint8Array(8);
  fails("EBADF", () => native.kickRacing(987654, words(), words(), words()));
  fails("EBADF", () => native.simKickRacing(987654, words(), words(), words()));
  const [odd, many] = [new Uint8Array(6), new Uint8Array(260)];
  assert.throws(() => native.kickRacing(0, odd, odd, odd), TypeError);
  assert.throws(() => native.kickRacing(0, many, many, many), TypeError);
  assert.throws(() => native.kickRacing(0, words(), words(), new Uint8Array(4)), TypeError);
  const unaligned = new Uint8Array(new ArrayBuffer(16), 1, 8);
  assert.throws(() => native.kickRacing(0, unaligned, words(), words()), TypeError);
  fails("EBADF", () => native.sgSend(987654, words(), "none", words(), words(), 1));
  fails("EBADF", () => native.sgReceive(987654));
  assert.throws(() => native.sgSend(0, new Uint8Array(17), "in", words(), words(), 1), TypeError);
  assert.throws(() => native.sgSend(0, words(), "both", words(), words(), 1), TypeError);
  assert.throws(() => native.peerCredentials("0"), TypeError);
  fails("EFAULT", () => native.peek(8n, new Uint8Array(16)));
  fails("EFAULT", () => native.poke(0xffff_8000_0000_0000n, new Uint8Array(16)));
  assert.throws(() => native.open(1, "ro"), TypeError);
  assert.throws(() => native.wait("x", -1, 0, null), TypeError);
  assert.throws(() => native.wait(-1, -1, 0, new Uint8Array(8)), TypeError);
  assert.throws(() => native.arena(2 ** 32 + 1), TypeError);
  assert.throws(() => native.unmap({}), TypeError);
  assert.throws(() => native.unmapRegion({ address: 4096n, size: 4096n }), TypeError);
  assert.throws(() => native.simCreate({ depth: 0 }), TypeError);
}

/** Every store operation once, on `fd` of 4096 bytes that begin with 1 2 3. */
async function operations(fd) {
  const wakeFd = native.wakeFd();
  const source = native.arena(4096);
  new Uint8Array(source.buffer).set([4, 5, 6]);
  const from = source.address;
  const start = (cookie, operation, offset, length, ...at) =>
    native.background(operation, fd, BigInt(offset), BigInt(length), cookie, wakeFd, ...at);
  const finished = async (count) => {
    const done = [];
    while (done.length < count) {
      assert.equal(native.wait(-1, wakeFd, 5000, null), 2);
      done.push(...native.completions(wakeFd));
    }
    return done.sort((a, b) => a.cookie - b.cookie).map(({ errno, at }) => [errno, at]);
  };
  const begins = (bytes) => {
    const found = new Uint8Array(bytes.length);
    assert.equal(native.pread(fd, found, 0n), bytes.length);
    assert.deepEqual([...found], bytes);
  };
  start(1, "sync", 0, 0, 0n, 0);
  start(2, "check", 0, 4096, 0n, 0);
  start(3, "prefetch", 0, 4096, 0n, 0);
  start(4, "compare", 1, 2, from, 1);
  start(5, "write", 4095, 2, from, 2);
  start(6, "compare", 0, 3, 8n, 3);
  assert.deepEqual(await finished(6), [
    [0, -1],
    [0, -1],
    [0, -1],
    [0, 0],
    [6, -1],
    [14, -1],
  ]);
  for (const [operation, offset, length, size, result, bytes] of [
    ["fill", 0, 5, 2, [0, -1], [4, 5, 4, 5, 4, 0]],
    ["write", 1, 3, 3, [0, -1], [4, 4, 5, 6, 4, 0]],
    ["compare", 1, 4, 3, [0, -1], [4, 4, 5, 6, 4, 0]],
    ["compare", 2, 4, 3, [0, 0], [4, 4, 5, 6, 4, 0]],
    ["zero", 1, 2, 0, [0, -1], [4, 0, 0, 6, 4, 0]],
    ["punch", 0, 4096, 0, [0, -1], [0, 0, 0, 0, 0, 0]],
    ["punch", 0, 0, 0, [0, -1], [0]],
  ]) {
    start(7, operation, offset, length, size ? from : 0n, size);
    assert.deepEqual(await finished(1), [result]);
    begins(bytes);
  }
  assert.throws(() => start(8, "erase", 0, 1, 0n, 0), TypeError);
  assert.equal(native.seekData(fd, 0n, "data"), -1n);
  assert.equal(native.seekData(fd, 0n, "hole"), 0n);
  native.unmap(source);
  native.close(wakeFd);
}

async function memory() {
  const m = native.arena(8192);
  const bytes = new Uint8Array(m.buffer);
  bytes[5000] = 7;
  const copy = new Uint8Array(1);
  native.peek(m.address + 5000n, copy);
  assert.equal(copy[0], 7);
  native.poke(m.address + 1n, new Uint8Array([9]));
  assert.equal(bytes[1], 9);
  native.unmap(m);
  native.unmap(m);
  assert.equal(bytes.length, 0);
  assert.equal(m.buffer.byteLength, 0);
  // beyond the end of a file a view would be SIGBUS, a region reads as EFAULT
  const fd = native.sharedMemory("", 4096n, true);
  fails("EINVAL", () => native.map(fd, 0, 8192, true));
  const region = native.mapRegion(fd, 8192n, true);
  native.poke(region.address, new Uint8Array([1, 2, 3]));
  fails("EFAULT", () => native.peek(region.address + 4096n, copy));
  native.unmapRegion(region);
  const three = new Uint8Array(3);
  assert.equal(native.pread(fd, three, 0n), 3);
  assert.deepEqual([...three], [1, 2, 3]);
  await operations(fd);
  native.close(fd);
  const before = native.now();
  assert.equal(native.wait(-1, -1, 2.5, new BigUint64Array(1)), 0);
  assert.ok(native.now() - before >= 2_500_000n);
  native.setSlice(100_000n);
  native.setSlice(0n); // the usual one
  for (const bad of [-1n, 1n << 64n, 100_000]) assert.throws(() => native.setSlice(bad), TypeError);
  assert.deepEqual(native.characterDevice("/dev/null"), { major: 1, minor: 3 });
  assert.equal(native.characterDevice("/"), null);
  for (let i = 0; i < 2000; i++) native.arena(1 << 20); // finalizers give it back
}

async function simulate(depth, milliseconds, leave) {
  const sim = native.simCreate(workload(depth));
  const wakeFd = native.wakeFd();
  const worker = new Worker(new URL(import.meta.url), { workerData: { sim, wakeFd } });
  await new Promise((ready) => worker.once("message", ready));
  const answered = new Promise((done) => worker.once("message", done));
  native.simStart(sim);
  await new Promise((later) => setTimeout(later, milliseconds));
  const observer = native.simOpen(sim, "ro");
  assert.equal(native.simWait(observer, -1, 1000, null), 1);
  assert.ok(native.simReadMark(observer) > 0n);
  fails("EBADF", () => native.simKick(observer));
  fails("EPERM", () => native.simHold(observer, true));
  fails("EBUSY", () => native.simOpen(sim, "rw"));
  assert.ok(native.simCommands(sim).length <= depth);
  const stats = native.simStats(sim);
  if (leave === "destroy") native.simDestroy(sim);
  else native.wake(wakeFd);
  await answered;
  if (leave !== "destroy") native.simDestroy(sim);
  fails("ENODEV", () => native.simStats(sim));
  assert.equal(stats.corrupt, 0);
  assert.equal(stats.failed, 0);
  assert.ok(stats.completed > 0);
  return Math.round((stats.completed * 1000) / milliseconds);
}

/** A thread that ends with everything open must leave nothing behind. */
async function abandoned() {
  const worker = new Worker(new URL(import.meta.url), { workerData: { abandon: true } });
  await new Promise((done) => worker.once("exit", done));
}

/** A thread asleep in native code can be ended, and process.exit() does not wait for it. */
async function asleep() {
  const sleeper = (data) => new Worker(new URL(import.meta.url), { workerData: { asleep: data } });
  for (const kind of ["wait", "simWait", "poll", "epoll", "uv", "spin"]) {
    const worker = sleeper(kind);
    await new Promise((ready) => worker.once("message", ready));
    await new Promise((later) => setTimeout(later, 600));
    const before = Date.now();
    await worker.terminate();
    assert.ok(Date.now() - before < 2000);
  }
  const last = sleeper("wait"); // process.exit() at the end has to cope with it
  await new Promise((ready) => last.once("message", ready));
}

/** A thread is ended in the middle of calls that work and calls that fail. */
async function terminated() {
  for (let i = 0; i < 10 * calls.length; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { call: i % calls.length } });
    await new Promise((ready) => worker.once("message", ready));
    await new Promise((later) => setTimeout(later, i % 4));
    await worker.terminate();
  }
}

/** Who connected: told of a Unix socket's two ends, of no other socket. */
async function peers() {
  const path = join(tmpdir(), `tgtctl-smoke-${process.pid}.sock`);
  const myself = { pid: process.pid, uid: process.getuid(), gid: process.getgid() };
  const server = createServer();
  for (const where of [{ path }, { port: 0, host: "127.0.0.1" }]) {
    await new Promise((ready) => server.listen(where, ready));
    const accepted = new Promise((done) => server.once("connection", done));
    const client = connect(where.path ? where : server.address());
    const ends = [await accepted, client];
    for (const { _handle } of ends) {
      if (where.path) assert.deepEqual(native.peerCredentials(_handle.fd), myself);
      else fails("ENOTCONN", () => native.peerCredentials(_handle.fd));
    }
    for (const end of ends) end.destroy();
    await new Promise((closed) => server.close(closed));
  }
  rmSync(path, { force: true });
}

function descriptors() {
  return readdirSync("/proc/self/fd").length;
}

/** Simulators come and go without a trace. */
function churn() {
  const once = () => {
    const sim = native.simCreate(workload(32));
    const handle = native.simOpen(sim, "rw");
    native.simOpen(sim, "ro");
    native.simStart(sim);
    const view = native.map(native.simMemory(sim), 131072, 4096, false);
    native.simDestroy(sim);
    native.simClose(handle);
    assert.equal(native.simWait(handle, -1, -1, null), 4);
    assert.equal(new DataView(view.buffer).getUint32(0, true), 0x54544754);
    native.unmap(view);
  };
  for (let i = 0; i < 20; i++) once();
  const fds = descriptors();
  const rss = process.memoryUsage.rss();
  for (let i = 0; i < 300; i++) once();
  assert.equal(descriptors(), fds);
  assert.ok(process.memoryUsage.rss() - rss < 20e6);
}

if (isMainThread) {
  errors();
  churn();
  await memory();
  await peers();
  const rates = {};
  for (const depth of [1, 4, 32, 128]) rates[depth] = await simulate(depth, 500, "wake");
  const both = await Promise.all([simulate(8, 300, "destroy"), simulate(8, 300, "wake")]);
  for (let i = 0; i < 5; i++) await abandoned();
  await terminated();
  await asleep();
  console.log(JSON.stringify({ rates, both }));
  process.exit(0);
} else if (workerData.asleep) {
  const sim = native.simCreate(workload(1));
  const handle = native.simOpen(sim, "rw");
  parentPort.postMessage("ready");
  if (workerData.asleep === "wait") native.wait(-1, native.wakeFd(), -1, null);
  else if (workerData.asleep === "simWait") native.simWait(handle, native.wakeFd(), -1, null);
  else native.waiterWait(native.simWaiterCreate(workerData.asleep, handle, -1), -1, null, 0);
  process.exit(70);
} else if (workerData.call !== undefined) {
  parentPort.postMessage("ready");
  for (;;) {
    try {
      calls[workerData.call]();
    } catch {}
  }
} else if (workerData.abandon) {
  errors();
  const sim = native.simCreate(workload(4));
  native.simOpen(sim, "rw");
  native.simStart(sim);
  native.map(native.simMemory(sim), 0, 131072, true);
  const fd = native.sharedMemory("", 4096n, true);
  for (let i = 0; i < 100; i++) {
    native.background("sync", fd, 0n, 0n, i, native.wakeFd(), 0n, 0);
  }
} else {
  parentPort.postMessage("ready");
  parentPort.postMessage(respond(workerData.sim, workerData.wakeFd));
}
