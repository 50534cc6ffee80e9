// SPDX-License-Identifier: MIT
// What comes of something asked for, some time later: it takes the keys only where nobody has gone on.
import type { Desk, Overlay, Tone } from "./overlay.js";

export interface Outcome {
  readonly overlay: Overlay;
  /** The same in one line. */
  readonly text: string;
  readonly tone: Tone;
}

/** From now on; what it returns shows the outcome. */
export function lateResult(desk: Desk): (outcome: Outcome) => void {
  const { typed, overlay: front } = desk;
  return ({ overlay, text, tone }) => {
    if (desk.closed.aborted) return;
    if (desk.overlay === front && desk.typed === typed) desk.open(overlay);
    else desk.say(text, tone);
  };
}
