// SPDX-License-Identifier: MIT
// The control socket's thread: serves clients and passes what they ask on to the engine's.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { EngineCaller, outcomeOfError } from "../engine/engine-link.js";
import { behind } from "../engine/helper-threads.js";
import type { ControlNews, ControlOrders, ControlWord } from "./control-host.js";
import { latencyMethods } from "./latency-methods.js";
import type { Method } from "./requests.js";
import { ControlServer } from "./server.js";
import { unitMethods } from "./unit-methods.js";

const { path, hello, methods, link, disks } = workerData as ControlOrders;
const engine = new EngineCaller(link);

// The engine goes first wherever both want a processor. Linux: 0 is the calling thread alone.
setPriority(0, behind(0));

function tell(news: ControlNews): void {
  parentPort?.postMessage(news);
}

/** Only names on the list reach the engine. */
function forwarded(): Record<string, Method> {
  const forward = (name: string): [string, Method] => [
    name,
    (params, { signal }) => engine.call(name, params, signal),
  ];
  const own = Object.entries({ ...unitMethods(engine, disks), ...latencyMethods(engine) });
  return Object.fromEntries([
    ...methods.map(forward),
    ...own.filter(([name]) => methods.includes(name)),
  ]);
}

/** With its ports closed and nobody listening the thread ends. */
async function close(server: ControlServer): Promise<void> {
  await server.close();
  engine.close();
  parentPort?.close();
}

try {
  const server = await ControlServer.listen({
    ...{ path, hello, methods: forwarded() },
    onClients: (count) => tell({ kind: "clients", count }),
  });
  parentPort?.on("message", (word: ControlWord) => {
    if (word.kind === "close") void close(server);
    else server.notify(word.method, word.params);
  });
  engine.onNotice = ({ notice, params }) => server.notify(notice, { ...(params as object) });
  tell({ kind: "ready" });
} catch (error) {
  engine.close();
  tell({ kind: "failed", outcome: outcomeOfError(error) });
}
