// SPDX-License-Identifier: MIT
// The control protocol: its version, its limits, and errors as JSON-RPC 2.0 has them.
import { causeText, type ErrorKind, EXIT_CODES, TgtctlError } from "../../errors.js";

/**
 * Goes up when a client of the version before would misunderstand an answer or have a call refused. A new
 * method, a new member of a result or of a notification does not change it: clients ignore what they do not know.
 */
export const PROTOCOL = 1;

/** Bytes of one message to the owner, without its line ending. */
export const MOST_BYTES_IN = 64 * 1024;
/** Bytes of results in one message from the owner: one result, or all of a batch. */
export const MOST_BYTES_OUT = 1024 * 1024;
/** What a client reads: results, and the ids and errors around them. */
export const MOST_BYTES_MESSAGE = 2 * MOST_BYTES_OUT;
export const MOST_CLIENTS = 128;
/** Requests of one client that have no answer yet. */
export const MOST_REQUESTS = 64;
export const MOST_BATCH = 64;
/** Arrays and objects within each other in one message. */
export const MOST_DEPTH = 32;
/** Bytes that wait for one client to read them. */
export const MOST_QUEUED = 1024 * 1024;

/** Codes of JSON-RPC 2.0 (5.1); FAILED is ours, and its data say of what kind. */
export const CODE = {
  PARSE: -32700,
  INVALID_REQUEST: -32600,
  NO_METHOD: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  FAILED: -32000,
} as const;

export type Id = string | number | null;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly kind: ErrorKind; readonly remedy: string };
}

/** What the first call tells; the owner adds what else there is to say. */
export interface Hello {
  readonly protocol: number;
  readonly version: string;
  /** Of the owner. */
  readonly pid: number;
  readonly device: string;
  readonly [more: string]: unknown;
}

export function rpcError(code: number, error: TgtctlError): RpcError {
  const { kind, message, remedy } = error;
  return { code, message, data: { kind, remedy } };
}

/** What a method threw. A `usage` error of a method is one of its parameters. */
export function rpcErrorOfThrown(thrown: unknown): RpcError {
  if (!(thrown instanceof TgtctlError)) {
    const message = `control socket: ${causeText(thrown)}`;
    const bug = new TgtctlError("internal", message, "this is a bug of the owner: report it");
    return rpcError(CODE.INTERNAL, bug);
  }
  if (thrown.kind === "usage") return rpcError(CODE.INVALID_PARAMS, thrown);
  return rpcError(thrown.kind === "internal" ? CODE.INTERNAL : CODE.FAILED, thrown);
}

/** The error that was, or null if this is none of ours. */
export function errorOfRpc(value: unknown): TgtctlError | null {
  if (!isObject(value) || typeof value.message !== "string" || !isObject(value.data)) return null;
  const { kind, remedy } = value.data;
  if (typeof kind !== "string" || typeof remedy !== "string") return null;
  if (!Object.hasOwn(EXIT_CODES, kind) || kind === "ok") return null;
  return new TgtctlError(kind as ErrorKind, value.message, remedy);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
