// SPDX-License-Identifier: MIT
// The owner's control socket: who is served, by which methods, and who is told of what happens.
import { createServer, type Server, type Socket } from "node:net";
import { causeText, TgtctlError } from "../../errors.js";
import { errorText, notificationText } from "./answer.js";
import { Connection, turnAway } from "./connection.js";
import { Pace } from "./pace.js";
import { isServed, peerOf } from "./peer.js";
import { CODE, type Hello, MOST_BYTES_IN, MOST_CLIENTS, PROTOCOL, rpcError } from "./protocol.js";
import { type Method, Requests } from "./requests.js";
import { listenAt, type SocketFile } from "./socket-file.js";

export interface ControlServerOptions {
  readonly path: string;
  /** By name; `hello` and `subscribe` are the server's own. */
  readonly methods: Readonly<Record<string, Method>>;
  readonly hello: Omit<Hello, "protocol" | "methods">;
  /** Somebody came or went; so many are there now. */
  readonly onClients?: (count: number) => void;
}

export class ControlServer {
  readonly #server: Server;
  readonly #methods: ReadonlyMap<string, Method>;
  /** With those that are being turned away. */
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Connection>();
  readonly #pace = new Pace();
  readonly #onClients: (count: number) => void;
  #file: SocketFile | undefined;

  private constructor({ methods, hello, onClients }: ControlServerOptions) {
    this.#onClients = onClients ?? (() => {});
    const table = new Map<string, Method>(Object.entries(methods));
    table.set("hello", () => ({ ...hello, protocol: PROTOCOL, methods: [...table.keys()].sort() }));
    table.set("subscribe", (_params, client) => {
      client.subscribed = true;
      return true;
    });
    this.#methods = table;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    // those beyond are not even told
    this.#server.maxConnections = 2 * MOST_CLIENTS;
  }

  /** Errors: those of `listenAt`. */
  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    const control = new ControlServer(options);
    control.#file = await listenAt(control.#server, options.path);
    // accept() failed, for want of descriptors: that client goes, the next may do better
    control.#server.on("error", () => {});
    return control;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /**
   * To all that subscribed. Who is slow to read loses some, and is told how many as `lost` in the params
   * of the next one.
   */
  notify(method: string, params: Readonly<Record<string, unknown>>): void {
    const text = notificationText(method, params);
    const fits = Buffer.byteLength(text) <= MOST_BYTES_IN;
    for (const client of this.#clients) {
      if (fits) client.notify(method, params, text);
      else client.lose();
    }
  }

  /** Answers nothing more; the file goes if it is still ours. */
  async close(): Promise<void> {
    this.#file?.remove();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}); // it is closed after this
    socket.on("close", () => this.#sockets.delete(socket));
    try {
      this.#pace.spend(() => this.#serve(socket));
    } catch (error) {
      const why =
        error instanceof TgtctlError
          ? error
          : new TgtctlError("permission", `control socket: ${causeText(error)}`, "connect again");
      turnAway(socket, errorText(null, rpcError(CODE.FAILED, why)));
    }
  }

  #serve(socket: Socket): void {
    const peer = peerOf(socket);
    if (!isServed(peer)) throw notServed(peer.uid);
    if (this.#clients.size >= MOST_CLIENTS) throw tooManyClients();
    const client = new Connection(socket, new Requests(this.#methods, peer), this.#pace);
    this.#clients.add(client);
    this.#onClients(this.#clients.size);
    socket.on("close", () => {
      this.#clients.delete(client);
      this.#onClients(this.#clients.size);
    });
  }
}

function notServed(uid: number): TgtctlError {
  return new TgtctlError(
    "permission",
    `control socket: user ${uid} is not served`,
    "be the user who started the owner, or root",
  );
}

function tooManyClients(): TgtctlError {
  return new TgtctlError(
    "busy",
    `control socket: ${MOST_CLIENTS} clients are connected already`,
    "close some of them",
  );
}
