// SPDX-License-Identifier: MIT
// Who is at the other end of a control connection, and whether anybody still is.
import type { Socket } from "node:net";
import { native, type PeerCredentials, WAIT_GONE } from "../../device/native.js";
import { TgtctlError } from "../../errors.js";

/** Node does not publish the descriptor of a socket. */
function descriptorOf(socket: Socket): number {
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  if (typeof fd === "number" && fd >= 0) return fd;
  throw new TgtctlError(
    "internal",
    "control socket: this Node.js does not tell a socket's descriptor",
    `use another version than ${process.version}, and report it`,
  );
}

/** Errors: `internal`; ENOTCONN if it is no Unix socket. */
export function peerOf(socket: Socket): PeerCredentials {
  return native().peerCredentials(descriptorOf(socket));
}

/** Ourselves and root. */
export function isServed({ uid }: PeerCredentials, own = process.getuid?.() ?? 0): boolean {
  return uid === own || uid === 0;
}

/** Its end is closed both ways; one that has only nothing more to say still reads. */
export function hasGone(socket: Socket): boolean {
  if (socket.destroyed) return true;
  return (native().wait(descriptorOf(socket), -1, 0, null) & WAIT_GONE) !== 0;
}
