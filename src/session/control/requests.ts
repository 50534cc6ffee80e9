// SPDX-License-Identifier: MIT
// The requests of one client that are under way: started, counted, answered alone or as a batch.
import { setMaxListeners } from "node:events";
import type { PeerCredentials } from "../../device/native.js";
import { TgtctlError } from "../../errors.js";
import { errorText, newRoom, type Room, resultText } from "./answer.js";
import {
  CODE,
  type Id,
  MOST_REQUESTS,
  type RpcError,
  rpcError,
  rpcErrorOfThrown,
} from "./protocol.js";
import type { Message, Request } from "./request.js";

/** Who asks, as a method sees it. */
export interface Client {
  readonly peer: PeerCredentials;
  /** Aborted when nobody waits for answers any more. */
  readonly signal: AbortSignal;
  /** Whether it gets notifications; what `subscribe` sets. */
  subscribed: boolean;
}

/** Returns what JSON can say. `params`: an object, an array, or undefined. */
export type Method = (params: unknown, client: Client) => unknown;

/** What an error shows of a name that is none. */
const LONGEST_NAME = 60;

/** Null: it gets none. */
type Answer = string | null;

export class Requests {
  readonly client: Client;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #stop = new AbortController();
  #underWay = 0;

  constructor(methods: ReadonlyMap<string, Method>, peer: PeerCredentials) {
    this.#methods = methods;
    setMaxListeners(0, this.#stop.signal); // each request may have one
    this.client = { peer, signal: this.#stop.signal, subscribed: false };
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Nobody waits for them any more. */
  abandon(): void {
    this.#stop.abort();
  }

  /** What is to be sent, null for nothing; a promise where some answer is still to come. */
  start({ requests, batch }: Message): Answer | Promise<Answer> {
    const room = newRoom();
    const answers = requests.map((request) => this.#answer(request, room));
    const joined = (texts: readonly Answer[]): Answer => {
      const said = texts.filter((text) => text !== null);
      if (said.length === 0) return null;
      return batch ? `[${said.join(",")}]` : said.join("");
    };
    const waiting = answers.filter((answer) => answer instanceof Promise).length;
    if (waiting === 0) return joined(answers as Answer[]);
    return Promise.all(answers).then((texts) => {
      this.#underWay -= waiting;
      return joined(texts);
    });
  }

  #answer(request: Request, room: Room): Answer | Promise<Answer> {
    const { id } = request;
    if (request.kind === "refused") return refusal(id, request.error);
    const { method, params } = request;
    const known = this.#methods.get(method);
    if (!known) return refusal(id, rpcError(CODE.NO_METHOD, noMethod(method)));
    if (this.#underWay >= MOST_REQUESTS) return refusal(id, rpcError(CODE.FAILED, tooMany()));
    const good = (result: unknown): Answer =>
      id === undefined ? null : resultText(id, result, room);
    const bad = (thrown: unknown): Answer => refusal(id, rpcErrorOfThrown(thrown));
    try {
      const result = known(params, this.client);
      if (!(result instanceof Promise)) return good(result);
      this.#underWay++;
      return result.then(good).catch(bad);
    } catch (thrown) {
      return bad(thrown);
    }
  }
}

function refusal(id: Id | undefined, error: RpcError): Answer {
  return id === undefined ? null : errorText(id, error);
}

function noMethod(method: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `control socket: no method ${JSON.stringify(method.slice(0, LONGEST_NAME))}`,
    "the owner may be of another version: hello tells which methods it has",
  );
}

function tooMany(): TgtctlError {
  return new TgtctlError(
    "busy",
    `control socket: ${MOST_REQUESTS} requests of this client have no answer yet`,
    "wait for answers before asking more",
  );
}
