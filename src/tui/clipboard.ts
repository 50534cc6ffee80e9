// SPDX-License-Identifier: MIT
// A text for the clipboard of the user's own machine, through whatever stands between: OSC 52.

/** Bytes for the terminal, or why there are none. No terminal says whether it took them. */
export type Copy =
  | { readonly possible: true; readonly bytes: string }
  | { readonly possible: false; readonly why: string };

/** What terminals take at least: 100,000 characters of sequence. */
export const LONGEST_COPY = 74_994;

/** GNU screen 4.0 keeps 256 bytes of a string it passes on, later versions 768. */
const SCREEN_CHUNK = 240;

/** They print what they do not know, or have no clipboard to speak of. */
const WITHOUT_CLIPBOARD = /^(linux|dumb|unknown|ansi|cons\d|sun|vt\d)/;

/** Ends with BEL: older terminals know no other end, and inside a DCS no other is possible. */
function osc52(base64: string): string {
  return `\x1b]52;c;${base64}\x07`;
}

/**
 * tmux takes an application's own sequence only with `set-clipboard on`, and passes one through only
 * with `allow-passthrough on` or before 3.3; what it does not take it drops. Twice is the same copy.
 */
function throughTmux(sequence: string): string {
  return `${sequence}\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`;
}

/** GNU screen hands on what a DCS holds, piece by piece. */
function throughScreen(sequence: string): string {
  const chunks = sequence.match(new RegExp(`[^]{1,${SCREEN_CHUNK}}`, "g")) ?? [];
  return chunks.map((chunk) => `\x1bP${chunk}\x1b\\`).join("");
}

/** `text` with its control characters, line ends aside, as `?`: a paste into a shell must be harmless. */
export function copyText(text: string, env: NodeJS.ProcessEnv): Copy {
  const { TERM = "", TMUX, STY } = env;
  if (TERM === "" || WITHOUT_CLIPBOARD.test(TERM)) {
    return { possible: false, why: `a terminal ${TERM || "without TERM"} has no clipboard` };
  }
  const plain = Buffer.from(text.replace(/[^\P{Cc}\n]/gu, "?"), "utf8");
  if (plain.length > LONGEST_COPY) {
    return {
      possible: false,
      why: `${plain.length} bytes are more than the ${LONGEST_COPY} that terminals take`,
    };
  }
  const sequence = osc52(plain.toString("base64"));
  // over ssh TERM is all that tells; a screen in a tmux inherits TMUX, a tmux in a screen STY
  if (TERM.startsWith("tmux") || (TMUX && !STY)) {
    return { possible: true, bytes: throughTmux(sequence) };
  }
  return { possible: true, bytes: STY ? throughScreen(sequence) : sequence };
}
