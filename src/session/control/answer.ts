// SPDX-License-Identifier: MIT
// Answers as text: JSON-RPC 2.0 objects, never larger than a client is ready for.
import { TgtctlError } from "../../errors.js";
import { CODE, type Id, MOST_BYTES_OUT, type RpcError, rpcError } from "./protocol.js";

/** Bytes of results that still fit into one message. */
export interface Room {
  left: number;
}

export function newRoom(): Room {
  return { left: MOST_BYTES_OUT };
}

export function errorText(id: Id, error: RpcError): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}

/** No result is null. Throws what JSON throws for a value it has no text for. */
export function resultText(id: Id, result: unknown, room: Room): string {
  const text = JSON.stringify(result) ?? "null";
  const bytes = Buffer.byteLength(text);
  if (bytes > room.left) return errorText(id, tooLarge());
  room.left -= bytes;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`;
}

export function notificationText(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

function tooLarge(): RpcError {
  const error = new TgtctlError(
    "busy",
    `control socket: an answer of more than ${MOST_BYTES_OUT} bytes`,
    "ask for less at a time",
  );
  return rpcError(CODE.FAILED, error);
}
