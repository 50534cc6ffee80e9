// SPDX-License-Identifier: MIT
// Requests as the command line makes them, of the arguments a test cares about.
import {
  type InjectArguments,
  type InjectRequest,
  injectRequest,
  PLAIN_INJECT,
} from "../../../src/features/inject/inject-request.js";

export function requestWith(part: Partial<InjectArguments>): InjectRequest {
  return injectRequest({ ...PLAIN_INJECT, waitMs: 0, ...part });
}
