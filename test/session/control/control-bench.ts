// SPDX-License-Identifier: MIT
// A control socket in its thread, as a session starts it, with an engine that a test plays.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { native } from "../../../src/device/native.js";
import { ControlClient } from "../../../src/session/control/client.js";
import { ControlHost } from "../../../src/session/control/control-host.js";
import { EngineDesk, type EngineHandle } from "../../../src/session/engine/engine-link.js";
import { type SocketRoom, socketRoom } from "./raw-client.js";

const PROGRAM = pathToFileURL(join(import.meta.dirname, "../../../dist/control.js"));
export const METHODS = ["echo", "fail", "wait", "big"];

export class ControlBench {
  readonly room: SocketRoom = socketRoom();
  readonly remarks: string[] = [];
  readonly desk: EngineDesk;
  readonly wakeFd = native().wakeFd();
  readonly #channel = new MessageChannel();
  #host: ControlHost | undefined;
  #turning: NodeJS.Timeout | undefined;

  private constructor() {
    this.desk = new EngineDesk([this.#channel.port2]);
  }

  static async start(program = PROGRAM): Promise<ControlBench> {
    const bench = new ControlBench();
    try {
      bench.#host = await ControlHost.start({
        path: bench.room.path,
        link: { port: bench.#channel.port1, wakeFd: bench.wakeFd },
        hello: { version: "1.2.3", pid: process.pid, device: "/dev/tgt" },
        methods: METHODS,
        disks: false,
        onRemark: (text) => bench.remarks.push(text),
        program,
      });
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  get host(): ControlHost {
    if (!this.#host) throw new Error("not started");
    return this.#host;
  }

  connect(): Promise<ControlClient> {
    return ControlClient.connect(this.room.path);
  }

  /** The engine from here on: it looks when it is woken, while this thread's event loop turns too. */
  turn(handle: EngineHandle): void {
    this.#turning = setInterval(() => {
      if (native().wait(-1, this.wakeFd, 0, null) !== 0) this.desk.serve(handle);
    }, 1);
  }

  async close(): Promise<void> {
    await this.#host?.close();
    clearInterval(this.#turning);
    this.#channel.port2.close();
    native().close(this.wakeFd);
    this.room.empty();
  }
}
