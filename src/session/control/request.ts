// SPDX-License-Identifier: MIT
// One message of a client -> the requests in it, each checked, or the errors it is answered with.
import { TgtctlError } from "../../errors.js";
import type { Frame } from "./framing.js";
import {
  CODE,
  type Id,
  isObject,
  MOST_BATCH,
  MOST_BYTES_IN,
  MOST_DEPTH,
  type RpcError,
  rpcError,
} from "./protocol.js";

export type Request =
  | {
      readonly kind: "call";
      /** Undefined: a notification, which gets no answer. */
      readonly id: Id | undefined;
      readonly method: string;
      /** An object, an array, or undefined. */
      readonly params: unknown;
    }
  | { readonly kind: "refused"; readonly id: Id | undefined; readonly error: RpcError };

export interface Message {
  readonly requests: readonly Request[];
  /** The answers are to come in one array. */
  readonly batch: boolean;
  /** Nothing more is read. */
  readonly last: boolean;
}

/** An example that always fits. */
const REMEDY = 'one line of JSON: {"jsonrpc":"2.0","id":1,"method":"hello"}';

export function readMessage(frame: Frame): Message {
  if (frame.kind === "too-long") {
    const why = `longer than ${MOST_BYTES_IN} bytes`;
    return { ...refusal(CODE.INVALID_REQUEST, why), last: true };
  }
  if (frame.kind === "not-utf8") return refusal(CODE.PARSE, "not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(frame.text);
  } catch (error) {
    return refusal(CODE.PARSE, (error as Error).message);
  }
  if (isTooDeep(value, MOST_DEPTH)) {
    return refusal(CODE.INVALID_REQUEST, `nested more than ${MOST_DEPTH} deep`);
  }
  if (!Array.isArray(value)) return { requests: [readRequest(value)], batch: false, last: false };
  if (value.length === 0) return refusal(CODE.INVALID_REQUEST, "an empty batch");
  if (value.length > MOST_BATCH) {
    const why = `a batch of ${value.length}, more than ${MOST_BATCH}`;
    return refusal(CODE.INVALID_REQUEST, why);
  }
  return { requests: value.map(readRequest), batch: true, last: false };
}

/** What is not even a message. */
export function refusal(code: number, why: string): Message {
  return { requests: [refused(null, code, why)], batch: false, last: false };
}

function refused(id: Id | undefined, code: number, why: string): Request {
  const kind = code === CODE.PARSE ? "undecodable" : "usage";
  const error = new TgtctlError(kind, `control message: ${why}`, REMEDY);
  return { kind: "refused", id, error: rpcError(code, error) };
}

function readRequest(value: unknown): Request {
  if (!isObject(value)) return refused(null, CODE.INVALID_REQUEST, "not an object");
  const invalid = (why: string): Request =>
    refused(isId(value.id) ? value.id : null, CODE.INVALID_REQUEST, why);
  if (value.jsonrpc !== "2.0") return invalid('jsonrpc is not "2.0"');
  if (Object.hasOwn(value, "id") && !isId(value.id)) {
    return invalid("id is no string, null, or number that can be sent back as it came");
  }
  const id = value.id as Id | undefined;
  const { method, params } = value;
  if (typeof method !== "string") return invalid("method is not a string");
  if (params !== undefined && (typeof params !== "object" || params === null)) {
    return invalid("params is neither an object nor an array");
  }
  if (hasPrototypeKey(params)) return refused(id, CODE.INVALID_PARAMS, "__proto__ in params");
  return { kind: "call", id, method, params };
}

/** Numbers beyond 2^53 would come back as others. */
function isId(id: unknown): id is Id {
  if (typeof id === "number") return Math.abs(id) <= Number.MAX_SAFE_INTEGER;
  return typeof id === "string" || id === null;
}

/** Nothing after this has to fear for its stack. */
function isTooDeep(value: unknown, room: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (room === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, room - 1));
}

/** Whoever copied such an object by assignment would change its prototype. */
function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(hasPrototypeKey);
}
