// SPDX-License-Identifier: MIT
// What passes between an observer's measuring thread and whoever keeps it.
import type { MessagePort } from "node:worker_threads";
import type { EngineOrders, ErrorNews } from "../engine/engine-protocol.js";

/** Structured-cloneable; `port` is transferred. */
export interface ObserverOrders {
  readonly device: EngineOrders["device"];
  readonly port: MessagePort;
  readonly wakeFd: number;
  /** Int32: [0] becomes 1 when the thread shall end. */
  readonly stop: SharedArrayBuffer;
}

export type ObserverNews =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly error: ErrorNews };
