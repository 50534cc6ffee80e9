// SPDX-License-Identifier: MIT
// Requests as the command line makes them, of the arguments a test cares about.
import {
  type InjectArguments,
  type InjectRequest,
  injectRequest,
} from "../../../src/features/inject/inject-request.js";

const NONE: InjectArguments = {
  type: undefined,
  malform: [],
  set: [],
  raw: undefined,
  slot: undefined,
  status: undefined,
  len: undefined,
  kick: true,
  leave: false,
  seed: 1,
  waitMs: 0,
};

export function requestWith(part: Partial<InjectArguments>): InjectRequest {
  return injectRequest({ ...NONE, ...part });
}
