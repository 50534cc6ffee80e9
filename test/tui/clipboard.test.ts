// SPDX-License-Identifier: MIT
// What is copied arrives: by parsing the sequences, and through a real tmux.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pty from "@lydell/node-pty";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyText, LONGEST_COPY } from "../../src/tui/clipboard.js";

const XTERM = { TERM: "xterm-256color" };

function bytesOf(text: string, env: NodeJS.ProcessEnv): string {
  const copy = copyText(text, env);
  return copy.possible ? copy.bytes : expect.unreachable(copy.why);
}

/** The text in the one sequence that `bytes` is. */
function decoded(bytes: string): string {
  const [, base64] = /^\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07$/.exec(bytes) ?? [];
  if (base64 === undefined) return expect.unreachable(JSON.stringify(bytes.slice(0, 80)));
  return Buffer.from(base64, "base64").toString("utf8");
}

describe("the sequence", () => {
  it("is that of OSC 52", () => {
    expect(bytesOf("READ(10) lba=0x1a90", XTERM)).toBe(
      "\x1b]52;c;UkVBRCgxMCkgbGJhPTB4MWE5MA==\x07",
    );
  });

  const text = fc.string({ unit: "grapheme", maxLength: 2000 });
  const asPasted = (t: string): string => t.replace(/[^\P{Cc}\n]/gu, "?");

  it("carries any text, without its control characters", () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(decoded(bytesOf(t, XTERM))).toBe(asPasted(t));
      }),
    );
    expect(decoded(bytesOf("a\x1b[31m\r\nb\u0085", XTERM))).toBe("a?[31m?\nb?");
  });

  it("comes in pieces that GNU screen takes, which make the whole", () => {
    fc.assert(
      fc.property(text, (t) => {
        const bytes = bytesOf(t, { TERM: "screen", STY: "123.pts-0.host" });
        const pieces = bytes.split("\x1b\\");
        expect(pieces.pop()).toBe("");
        for (const piece of pieces) {
          expect(piece.startsWith("\x1bP")).toBe(true);
          expect(piece.length).toBeLessThan(256);
        }
        expect(decoded(pieces.map((piece) => piece.slice(2)).join(""))).toBe(asPasted(t));
      }),
    );
  });

  it.each([
    [{ TERM: "screen-256color", TMUX: "/tmp/tmux-0/default,1,0" }, true],
    [{ TERM: "tmux-256color" }, true],
    [{ TERM: "tmux-256color", STY: "1.pts" }, true],
    [{ TERM: "screen.xterm-256color", TMUX: "/tmp/t,1,0", STY: "1.pts" }, false],
    // over ssh either of them: GNU screen would print what is meant for tmux
    [{ TERM: "screen-256color" }, false],
    [XTERM, false],
  ])("for %j is meant for tmux: %s", (env, tmux) => {
    expect(bytesOf("x", env).includes("\x1bPtmux;")).toBe(tmux);
  });
});

describe("there is none", () => {
  it.each(["linux", "dumb", "vt220", "vt100", ""])("on TERM=%s", (TERM) => {
    expect(copyText("x", { TERM })).toMatchObject({ possible: false });
    expect(copyText("x", {})).toMatchObject({ possible: false });
  });

  it("of a text that terminals would cut", () => {
    expect(copyText("x".repeat(LONGEST_COPY), XTERM).possible).toBe(true);
    expect(bytesOf("x".repeat(LONGEST_COPY), XTERM).length).toBeLessThanOrEqual(100_000);
    expect(copyText("x".repeat(LONGEST_COPY + 1), XTERM)).toMatchObject({
      possible: false,
      why: expect.stringContaining("74995 bytes"),
    });
  });
});

describe("through tmux", () => {
  /** What the outer terminal is sent while `bytes` are written in a tmux with these settings. */
  async function passed(bytes: string, settings: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "tgtctl-tmux-"));
    writeFileSync(join(folder, "conf"), settings);
    writeFileSync(join(folder, "bytes"), bytes);
    const args = ["-S", join(folder, "socket"), "-f", join(folder, "conf")];
    // a client that is still drawing its window drops what is passed through
    const command = `sleep 0.7; cat ${join(folder, "bytes")}; sleep 0.5`;
    const { TMUX, ...env } = process.env;
    const shown = pty.spawn("tmux", [...args, "new-session", command], {
      cols: 80,
      rows: 24,
      env: { ...env, ...XTERM, LC_ALL: "C.UTF-8" } as Record<string, string>,
    });
    let raw = "";
    shown.onData((data) => {
      raw += data;
    });
    await new Promise<void>((resolve) => shown.onExit(() => resolve()));
    rmSync(folder, { recursive: true });
    return raw;
  }

  it.each([
    ["set-clipboard on", "set -s set-clipboard on\nset -g allow-passthrough off", true],
    ["allow-passthrough on", "set -s set-clipboard external\nset -g allow-passthrough on", true],
    ["neither", "set -s set-clipboard external\nset -g allow-passthrough off", false],
  ])("with %s", async (_, settings, arrives) => {
    const bytes = bytesOf("lba=0x1a90", { TERM: "screen", TMUX: "/tmp/t,1,0" });
    const raw = await passed(bytes, `${settings}\n`);
    const sequence = /\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(\x07|\x1b\\)/.exec(raw);
    const text = sequence && Buffer.from(sequence[1] ?? "", "base64").toString();
    expect(text).toBe(arrives ? "lba=0x1a90" : null);
  });
});
