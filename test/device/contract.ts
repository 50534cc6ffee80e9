// SPDX-License-Identifier: MIT
// What every RingDevice keeps to, as plain checks: vitest runs them on simulator and image, the
// guest on /dev/tgt of a real kernel.
import assert from "node:assert/strict";
import { WAIT_DEVICE, WAIT_WAKE } from "../../src/device/native.js";
import type { LiveDevice, RingDevice } from "../../src/device/ring-device.js";
import { WAIT_MODES } from "../../src/session/latency/report.js";

export interface Check<T> {
  readonly name: string;
  readonly run: (subject: T) => void;
}

export interface LiveSubject {
  open(role: "owner" | "observer"): LiveDevice;
  wakeFd(): number;
  wake(fd: number): void;
}

/** For whatever has rings, dead or alive. */
export const RING_CHECKS: readonly Check<() => RingDevice>[] = [
  {
    name: "shows both rings in its dialect",
    run(open) {
      const device = open();
      assert.equal(device.rings.byteLength, 131072);
      assert.ok(device.dialect.entrySize * device.dialect.nrEntry <= 65536);
      assert.notEqual(device.name, "");
      device.close();
    },
  },
  {
    name: "close detaches every view and may be repeated",
    run(open) {
      const device = open();
      const view = new Uint8Array(device.rings);
      device.close();
      device.close();
      assert.equal(view.length, 0);
      assert.equal(view[0], undefined);
    },
  },
];

const ms = (since: bigint, stamp: bigint | undefined): number =>
  Number((stamp ?? 0n) - since) / 1e6;

/** For each way of waiting. */
const WAITER_CHECKS: readonly Check<LiveSubject>[] = WAIT_MODES.flatMap((mode) => [
  {
    name: `${mode}: a wake-up ends the wait, is stamped with time and processor, and is gone then`,
    run(subject: LiveSubject) {
      const owner = subject.open("owner");
      const fd = subject.wakeFd();
      const waiter = owner.waiter(mode, fd);
      const stamp = new BigUint64Array(3).fill(1n << 40n);
      const before = process.hrtime.bigint();
      subject.wake(fd);
      assert.equal(waiter.wait(5000, stamp, 0), WAIT_WAKE);
      assert.ok(ms(before, stamp[0]) >= 0 && ms(process.hrtime.bigint(), stamp[0]) <= 0);
      assert.ok((stamp[1] ?? 0n) < 4096n);
      assert.ok(ms(before, stamp[2]) >= 0 && ms(stamp[2] ?? 0n, stamp[0]) >= 0);
      assert.equal(waiter.wait(0, stamp, 0), 0);
      waiter.close();
      waiter.close();
      owner.close();
    },
  },
  {
    name: `${mode}: no news is waited for as long as it was told, with and without a wake fd`,
    run(subject: LiveSubject) {
      const owner = subject.open("owner");
      for (const fd of [-1, subject.wakeFd()]) {
        const waiter = owner.waiter(mode, fd);
        const stamp = new BigUint64Array(3);
        const before = process.hrtime.bigint();
        assert.equal(waiter.wait(20, stamp, 0), 0);
        assert.ok(ms(before, process.hrtime.bigint()) >= 20);
        assert.ok(ms(before, stamp[0]) >= 19 && ms(before, stamp[0]) < 1000);
        assert.ok(ms(stamp[2] ?? 0n, stamp[0]) >= 19);
        waiter.close();
      }
      owner.close();
    },
  },
  {
    name: `${mode}: an observer is told of what he has not acknowledged`,
    run(subject: LiveSubject) {
      const owner = subject.open("owner");
      const observer = subject.open("observer");
      const waiter = observer.waiter(mode, -1);
      observer.acknowledge();
      assert.equal(waiter.wait(0, null, 0), 0);
      Atomics.store(new Int32Array(owner.rings, 65536, 24), 0, 1);
      owner.kick();
      assert.equal(waiter.wait(1000, null, 0), WAIT_DEVICE);
      observer.acknowledge();
      assert.equal(waiter.wait(0, null, 0), 0);
      observer.close();
      owner.close();
    },
  },
  {
    name: `${mode}: ends with its device`,
    run(subject: LiveSubject) {
      const owner = subject.open("owner");
      const waiter = owner.waiter(mode, -1);
      owner.close();
      assert.throws(() => waiter.wait(0, null, 0), /EBADF/);
      waiter.close();
    },
  },
]);

/** For what a kernel half stands behind; the subject has no owner when a check begins. */
export const LIVE_CHECKS: readonly Check<LiveSubject>[] = [
  {
    name: "one owner at a time: EBUSY, and free again after close",
    run(subject) {
      const owner = subject.open("owner");
      assert.throws(() => subject.open("owner"), /EBUSY/);
      owner.close();
      subject.open("owner").close();
    },
  },
  {
    name: "an owner starts from wiped rings, index 0 and a new epoch",
    run(subject) {
      const first = subject.open("owner");
      const epoch = first.telemetry?.epoch ?? 0;
      new Uint8Array(first.rings).fill(0xff, 65536, 65536 + 96);
      first.close();
      const second = subject.open("owner");
      assert.equal(second.telemetry?.epoch, epoch + 1);
      assert.equal(second.telemetry?.ukringConsumed, 0);
      assert.ok(new Uint8Array(second.rings, 65536, 96).every((byte) => byte === 0));
      second.close();
    },
  },
  {
    name: "an observer sees what the owner publishes, and the kernel's verdict on it",
    run(subject) {
      const owner = subject.open("owner");
      const observer = subject.open("observer");
      const words = new Int32Array(owner.rings, 65536, 24);
      words[2] = 99; // no such type
      Atomics.store(words, 0, 1);
      assert.equal(new Int32Array(observer.rings, 65536, 24)[2], 99);
      owner.kick();
      assert.equal(Atomics.load(words, 0), 0);
      assert.equal(observer.telemetry?.verdict(0), -22);
      assert.equal(observer.telemetry?.ukringConsumed, 1);
      observer.close();
      owner.close();
    },
  },
  {
    name: "a doorbell rung while the slot changes takes one of both contents, and leaves it alone then",
    run(subject) {
      const owner = subject.open("owner");
      const words = new Int32Array(owner.rings, 65536, 24);
      const type = (n: number): Uint8Array => new Uint8Array(Int32Array.of(n).buffer);
      for (let index = 0; index < 20; index++) {
        const at = 65536 + index * 96;
        Atomics.store(words, 0, 0);
        Atomics.store(new Int32Array(owner.rings, at, 1), 0, 1);
        owner.kickRacing(at + 8, type(0), type(99));
        assert.equal(owner.telemetry?.ukringConsumed, index + 1);
        // neither is an answer to anything: no such cid, no such host, or no such type
        assert.ok([-2, -19, -22].includes(owner.telemetry?.verdict(index) ?? 0));
        const left = new Int32Array(owner.rings, at + 8, 1)[0];
        assert.ok(left === 0 || left === 99);
      }
      owner.close();
    },
  },
  {
    name: "there is memory that can be read and not written, the same each time",
    run(subject) {
      const owner = subject.open("owner");
      const address = owner.readOnlyAddress();
      assert.ok(address > 0n);
      assert.equal(owner.readOnlyAddress(), address);
      owner.close();
    },
  },
  {
    name: "an observer waits for news and acknowledges it",
    run(subject) {
      const owner = subject.open("owner");
      const observer = subject.open("observer");
      observer.acknowledge();
      assert.equal(observer.wait(-1, 0, null) & WAIT_DEVICE, 0);
      Atomics.store(new Int32Array(owner.rings, 65536, 24), 0, 1);
      owner.kick();
      assert.equal(observer.wait(-1, 1000, null), WAIT_DEVICE);
      observer.acknowledge();
      assert.equal(observer.wait(-1, 0, null), 0);
      observer.close();
      owner.close();
    },
  },
  {
    name: "a wake-up ends a wait, is stamped and is gone afterwards",
    run(subject) {
      const owner = subject.open("owner");
      const fd = subject.wakeFd();
      const stamp = new BigUint64Array(1);
      subject.wake(fd);
      assert.equal(owner.wait(fd, 5000, stamp) & WAIT_WAKE, WAIT_WAKE);
      assert.ok((stamp[0] ?? 0n) > 0n);
      assert.equal(owner.wait(fd, 0, stamp) & WAIT_WAKE, 0);
      owner.close();
    },
  },
  ...WAITER_CHECKS,
  {
    name: "the hold shows in telemetry and goes with the owner",
    run(subject) {
      const observer = subject.open("observer");
      const owner = subject.open("owner");
      owner.hold(true);
      assert.equal(observer.telemetry?.held, true);
      owner.hold(false);
      assert.equal(observer.telemetry?.held, false);
      owner.hold(true);
      owner.close();
      assert.equal(observer.telemetry?.held, false);
      assert.equal(observer.telemetry?.ownerPresent, false);
      observer.close();
    },
  },
  {
    name: "an observer may neither hold nor write",
    run(subject) {
      const observer = subject.open("observer");
      assert.throws(() => observer.hold(true), /EPERM|EBADF/);
      assert.throws(() => observer.kick(), /EBADF|EPERM/);
      observer.close();
    },
  },
];
