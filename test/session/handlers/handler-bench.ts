// SPDX-License-Identifier: MIT
// A handler file in the worker it really runs in, asked as the responder asks: claim, start, wait, abandon.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { native } from "../../../src/device/native.js";
import { HandlerHost } from "../../../src/session/handlers/handler-host.js";
import { HandlerPort } from "../../../src/session/handlers/handler-port.js";
import type { HandlerReply, HandlerRequest } from "../../../src/target/handlers.js";

const PROGRAM = pathToFileURL(join(import.meta.dirname, "../../../dist/handler.js"));

export type Outcome = HandlerReply | "default" | "deadline" | "unclaimed";

interface Waiting {
  readonly end: (outcome: Outcome) => void;
  readonly timer: NodeJS.Timeout;
}

export const READ_10 = "28 00 00 00 00 00 00 00 08 00";
export const WRITE_10 = "2a 00 00 00 00 00 00 00 08 00";

export class HandlerBench {
  readonly remarks: string[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), "tgtctl-handler-"));
  readonly #waiting = new Map<number, Waiting>();
  readonly #wakeFd = native().wakeFd();
  #host: HandlerHost | undefined;
  #port: HandlerPort | undefined;
  #poll: NodeJS.Timeout | undefined;
  #cookie = 0;

  /** `code`: the whole file. */
  static async start(code: string, name = "handler.mjs"): Promise<HandlerBench> {
    const bench = new HandlerBench();
    writeFileSync(join(bench.#dir, name), code);
    try {
      const onRemark = (text: string): void => void bench.remarks.push(text);
      const files = [join(bench.#dir, name)];
      bench.#host = await HandlerHost.start({ files, onRemark, program: PROGRAM });
      bench.#port = new HandlerPort(bench.#host.connect(bench.#wakeFd), () => undefined);
      bench.#poll = setInterval(() => bench.#collect(), 2);
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  /** `deadline`: how the command ends as the default's, and after how long. */
  ask(hex: string, more: Partial<HandlerRequest> = {}): Promise<Outcome> {
    const cdb = new Uint8Array(16);
    cdb.set(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    const request = { ...REQUEST, cdb, ...more };
    const claim = this.#port?.claim(cdb[0] ?? 0, request.lun, cdb) ?? null;
    if (!claim) return Promise.resolve("unclaimed");
    const cookie = ++this.#cookie;
    return new Promise((end) => {
      const timer = setTimeout(() => this.#abandon(cookie, "deadline"), claim.deadlineMs);
      this.#waiting.set(cookie, { end, timer });
      this.#port?.start(cookie, request);
    });
  }

  abortAll(): void {
    for (const cookie of this.#waiting.keys()) this.#abandon(cookie, "aborted");
  }

  /** Asks until the answer is what is waited for. */
  async askUntil(wanted: (outcome: Outcome) => boolean, hex = READ_10): Promise<void> {
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      if (wanted(await this.ask(hex))) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited in vain; remarks: ${this.remarks.join(" | ")}`);
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    await this.#host?.close();
    native().close(this.#wakeFd);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #abandon(cookie: number, why: "deadline" | "aborted"): void {
    this.#end(cookie, "deadline");
    this.#port?.abandon(cookie, why);
  }

  /** As the responder does: while nothing waits, nobody fetches. */
  #collect(): void {
    if (this.#waiting.size === 0) return;
    for (const { cookie, reply } of this.#port?.finished() ?? []) {
      this.#end(cookie, reply ?? "default");
    }
  }

  #end(cookie: number, outcome: Outcome): void {
    const waiting = this.#waiting.get(cookie);
    this.#waiting.delete(cookie);
    clearTimeout(waiting?.timer);
    waiting?.end(outcome);
  }
}

const REQUEST: HandlerRequest = {
  ...{ hostNo: 3, cid: 7, lun: 0, dataLen: 4096, attribute: 0x20, tag: 1n << 40n },
  cdb: new Uint8Array(16),
  dataOut: null,
  unit: { blocks: 2048, blockSize: 512, readOnly: false, serial: "S" },
};
