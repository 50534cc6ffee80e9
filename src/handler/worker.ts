// SPDX-License-Identifier: MIT
// The handlers' thread: loads the files, then answers what the engine asks until it is terminated.
import { workerData } from "node:worker_threads";
import { native } from "../device/native.js";
import { TgtctlError } from "../errors.js";
import type { HandlerReply } from "../target/handlers.js";
import { Desk } from "./desk.js";
import { type Loaded, loadHandlers, resolveOurselves } from "./load.js";
import {
  type HandlerAnswer,
  type HandlerMessage,
  type HandlerNews,
  type HandlerOrders,
  type HandlerService,
  MOST_UNHEARD,
  WORD,
} from "./protocol.js";

const { files, state, news } = workerData as HandlerOrders;

function tell(message: HandlerNews): void {
  news.postMessage(message);
}

/** Commands go on while the host does not: its queue must not grow with them. */
function throwTeller(words: Int32Array): (text: string) => void {
  let told = 0;
  let times = 0;
  return (text) => {
    times++;
    if (((told - Atomics.load(words, WORD.HEARD)) | 0) >= MOST_UNHEARD) return;
    told++;
    tell({ kind: "threw", text, times });
    times = 0;
  };
}

function serve({ handlers }: Loaded, { port, wakeFd }: HandlerService): void {
  const shim = native();
  const words = new Int32Array(state);
  const answer = (cookie: number, reply: HandlerReply | null): void => {
    const message: HandlerAnswer = { cookie, reply };
    port.postMessage(message, reply?.data ? [reply.data.buffer as ArrayBuffer] : []);
    // after the message: the engine takes this number as a promise that it is there
    Atomics.add(words, WORD.ANSWERED, 1);
    shim.wake(wakeFd);
  };
  const desk = new Desk({
    handlers,
    words,
    answer,
    threw: throwTeller(words),
  });
  port.on("message", (message: HandlerMessage) => desk.take(message));
}

try {
  // what is missing shows before anything is owned
  native();
  resolveOurselves(new URL("./index.js", import.meta.url).href);
  const loaded = await loadHandlers(files);
  news.on("message", (service: HandlerService) => serve(loaded, service));
  tell({ kind: "loaded", rules: loaded.rules });
} catch (error) {
  const { kind, message, remedy } =
    error instanceof TgtctlError
      ? error
      : new TgtctlError("internal", `handler: ${error}`, "run again with --debug and report it");
  tell({ kind: "failed", error: { kind, message, remedy } });
}
