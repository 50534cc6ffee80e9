// SPDX-License-Identifier: MIT
// The package's public face, `import ... from "tgtctl"`: what a handler is written with.

export type {
  Bytes,
  Handler,
  HandlerCommand,
  MaybeReply,
  Reply,
  ReplySense,
} from "./handler/api.js";
export { defineHandler, HandlerShapeError } from "./handler/definition.js";
export { opcodeNames } from "./handler/opcode-names.js";
export { checkCondition, good } from "./handler/reply.js";
export { type DecodedCdb, decodeCdb } from "./scsi/cdb.js";
export type { Direction } from "./scsi/opcodes.js";
export { decodeSense, type FieldPointer, type Sense, senseText } from "./scsi/sense.js";
export { SENSE_KEY, type SenseKeyName } from "./scsi/sense-key.js";
