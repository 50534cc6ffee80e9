// SPDX-License-Identifier: MIT
// The owner's end of one control connection: what is read, what is written, and when it is over.
import type { Socket } from "node:net";
import { notificationText } from "./answer.js";
import { type Frame, LineSplitter } from "./framing.js";
import type { Pace } from "./pace.js";
import { hasGone } from "./peer.js";
import { CODE, MOST_BYTES_IN, MOST_QUEUED } from "./protocol.js";
import { type Message, readMessage, refusal } from "./request.js";
import type { Requests } from "./requests.js";

/** With so much to read first, a client gets no notification and none of its further requests is begun. */
const MANY_QUEUED = MOST_QUEUED / 4;
/** For so long. */
const STALL_MS = 10_000;
/** How long a client that is turned away has to read why. */
const LINGER_MS = 500;
/** How often it is looked after a client that says nothing more but waits for answers. */
const LOOK_MS = 500;

export class Connection {
  readonly #socket: Socket;
  readonly #requests: Requests;
  readonly #splitter = new LineSplitter(MOST_BYTES_IN);
  /** Those before `#next` are done with. */
  #frames: Frame[] = [];
  #next = 0;
  #stalled: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #ended = false;
  #lost = 0;
  /** For its share of the pace. */
  #waits = false;
  readonly #pace: Pace;

  constructor(socket: Socket, requests: Requests, pace: Pace) {
    this.#socket = socket;
    this.#requests = requests;
    this.#pace = pace;
    socket.on("data", (chunk: Buffer) => {
      pace.spend(() => {
        this.#frames = [...this.#frames.slice(this.#next), ...this.#splitter.push(chunk)];
      });
      this.#next = 0;
      this.#work();
    });
    socket.on("drain", () => this.#work());
    socket.on("end", () => this.#end());
    socket.on("close", () => {
      clearTimeout(this.#stalled);
      clearInterval(this.#looking);
      requests.abandon();
    });
  }

  /** `text`: the notification, for a client that has missed none. */
  notify(method: string, params: object, text: string): void {
    if (!this.#requests.client.subscribed) return;
    if (this.#socket.writableLength > MANY_QUEUED) {
      this.#lost++;
      return;
    }
    const lost = this.#lost;
    this.#lost = 0;
    this.#send(lost === 0 ? text : notificationText(method, { ...params, lost }));
  }

  /** One that is not told to those who would have had it. */
  lose(): void {
    if (this.#requests.client.subscribed) this.#lost++;
  }

  #work(): void {
    while (this.#socket.writable && this.#next < this.#frames.length) {
      if (this.#socket.writableLength > MANY_QUEUED) {
        this.#socket.pause();
        this.#stall();
        return;
      }
      if (this.#waits || this.#pace.exhausted) {
        this.#wait();
        return;
      }
      const frame = this.#frames[this.#next++] as Frame;
      if (this.#pace.spend(() => this.#takeFrame(frame))) return;
    }
    if (!this.#socket.writable) return; // turned away
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    if (this.#waits || this.#pace.exhausted) this.#wait();
    else this.#socket.resume();
  }

  /** Reads no more until there is time for it. */
  #wait(): void {
    this.#socket.pause();
    if (this.#waits) return;
    this.#waits = true;
    this.#pace.wait(() => {
      this.#waits = false;
      this.#work();
    });
  }

  /**
   * True: nobody is there to see what comes of the rest, which is not begun. An owner that was stopped
   * reads what a client asked before it learns that the client left.
   */
  #giveUp(): boolean {
    if (!hasGone(this.#socket)) return false;
    this.#requests.abandon();
    this.#socket.destroy();
    return true;
  }

  /** True: it was the last one. */
  #takeFrame(frame: Frame): boolean {
    if (this.#giveUp()) return true;
    const message = readMessage(frame);
    this.#take(message);
    if (!message.last) return false;
    turnAway(this.#socket);
    this.#requests.abandon();
    return true;
  }

  #take(message: Message): void {
    const answer = this.#requests.start(message);
    if (!(answer instanceof Promise)) {
      this.#send(answer);
      return;
    }
    void answer.then((text) => {
      this.#send(text);
      if (this.#ended) this.#closeIfDone();
    });
  }

  #send(text: string | null): void {
    const socket = this.#socket;
    if (text === null || !socket.writable) return;
    if (socket.writableLength > MOST_QUEUED) socket.destroy();
    else socket.write(`${text}\n`);
  }

  /** It says nothing more; it may have died, or wait for its answers. */
  #end(): void {
    this.#ended = true;
    if (this.#splitter.inMessage) {
      this.#take(refusal(CODE.PARSE, "the connection ends before the line does"));
    }
    this.#closeIfDone();
    if (this.#socket.writableEnded) return;
    const look = (): void => {
      if (hasGone(this.#socket)) this.#socket.destroy();
    };
    this.#looking = setInterval(look, LOOK_MS).unref();
    look();
  }

  /** A subscriber waits for notifications. */
  #closeIfDone(): void {
    if (this.#requests.underWay > 0 || this.#requests.client.subscribed) return;
    this.#socket.end();
    this.#stall();
  }

  #stall(): void {
    this.#stalled ??= setTimeout(() => this.#socket.destroy(), STALL_MS).unref();
  }
}

/** Says it, if anything, and reads no more: what the client still sends costs nothing. */
export function turnAway(socket: Socket, text?: string): void {
  socket.pause();
  if (text === undefined) socket.end();
  else socket.end(`${text}\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
