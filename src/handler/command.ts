// SPDX-License-Identifier: MIT
// From a request of the engine to the command a handler is given.
import { decodeCdb } from "../scsi/cdb.js";
import { constantName } from "../scsi/constant-name.js";
import { attributeName } from "../scsi/task-management.js";
import type { HandlerRequest } from "../target/handlers.js";
import type { HandlerCommand } from "./api.js";
import { commandName } from "./opcode-names.js";

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `abort` is made when the handler asks for the signal: most never do. */
export function commandOf(request: HandlerRequest, abort: () => AbortController): HandlerCommand {
  const { hostNo, cid, lun, dataLen, tag, unit } = request;
  const { opcode, serviceAction, name, direction, lba, blocks, text } = decodeCdb(request.cdb);
  return {
    ...{ opcode, serviceAction, direction, lba, blocks, text },
    name: commandName(opcode, name),
    cdb: asBuffer(request.cdb),
    ...{ hostNo, cid, lun, dataLen, tag, unit },
    attribute: constantName(attributeName(request.attribute)),
    dataOut: request.dataOut && asBuffer(request.dataOut),
    get signal() {
      return abort().signal;
    },
  };
}
