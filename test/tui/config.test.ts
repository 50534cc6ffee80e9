// SPDX-License-Identifier: MIT
// The user's file: what it changes, and one line on everything that can be wrong with it.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { TgtctlError } from "../../src/errors.js";
import { configPath, loadConfig, parseConfig } from "../../src/tui/config.js";
import { readSettings } from "../../src/tui/settings.js";

const folder = mkdtempSync(join(tmpdir(), "tgtctl-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fault(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TgtctlError)) throw error;
    expect(error.message).not.toContain("\n");
    return `${error.kind}: ${error.message.replaceAll(folder, "DIR")} | ${error.remedy}`;
  }
  return expect.unreachable("no error");
}

describe("where it lies", () => {
  it.each([
    [{ XDG_CONFIG_HOME: "/x", HOME: "/home/u" }, "/x/tgtctl/config.json"],
    [{ HOME: "/home/u" }, "/home/u/.config/tgtctl/config.json"],
    [{ XDG_CONFIG_HOME: "", HOME: "/home/u" }, "/home/u/.config/tgtctl/config.json"],
    [{ XDG_CONFIG_HOME: "relative", HOME: "/home/u" }, "/home/u/.config/tgtctl/config.json"],
  ])("%j: %s", (env, path) => {
    expect(configPath(env)).toBe(path);
  });
});

describe("what is no regular file of a sane size", () => {
  const at = (name: string): string => join(folder, name);

  it("that is missing is fine", () => {
    writeFileSync(at("file"), "");
    symlinkSync("nowhere", at("dangling"));
    for (const name of ["none", "none/config.json", "file/config.json", "dangling"]) {
      expect(loadConfig(at(name)).theme).toBeNull();
    }
  });

  it("is refused, and nothing waits for it", () => {
    mkdirSync(at("directory"));
    execFileSync("mkfifo", [at("fifo")]);
    writeFileSync(at("huge"), " ".repeat(65_537));
    symlinkSync("/dev/zero", at("zero"));
    expect(fault(() => loadConfig(at("directory")))).toMatch(
      /^usage: DIR\/directory: not a regular/,
    );
    expect(fault(() => loadConfig(at("fifo")))).toMatch(/^usage: DIR\/fifo: not a regular file/);
    expect(fault(() => loadConfig(at("huge")))).toMatch(
      /^usage: DIR\/huge: larger than 65536 bytes/,
    );
    expect(fault(() => loadConfig(at("zero")))).toMatch(/^usage: DIR\/zero: not a regular file/);
    symlinkSync("loop", at("loop"));
    expect(fault(() => loadConfig(at("loop")))).toMatch(/^io: DIR\/loop: .*\(ELOOP\)/);
  });

  it("that may not be read is told so", () => {
    writeFileSync(at("secret"), "{}");
    chmodSync(at("secret"), 0);
    // root reads everything
    if (process.getuid?.() === 0) expect(loadConfig(at("secret")).ascii).toBe(false);
    else
      expect(fault(() => loadConfig(at("secret")))).toMatch(/^permission: DIR\/secret: .*EACCES/);
  });

  it("may begin with a byte order mark", () => {
    writeFileSync(at("bom"), '\ufeff{"ascii": true}');
    expect(loadConfig(at("bom")).ascii).toBe(true);
  });
});

describe("what is wrong in it", () => {
  it.each([
    ["", /c: not JSON: Unexpected end of JSON input/],
    ['{\n "ascii": true,\n}', /c: (line 3: )?not JSON: /],
    ["[]", /c: not an object/],
    ["null", /c: not an object/],
    ['"mono"', /c: not an object/],
    ['{"theme": "pink"}', /c: theme: no theme "pink" \| there are 16, truecolor, colorblind, mono/],
    ['{"theme": ["mono"]}', /c: theme: no theme \["mono"\]/],
    ['{"theme": null}', /c: theme: no theme null/],
    ['{"ascii": 1}', /c: ascii: neither true nor false/],
    ['{"colour": "red"}', /c: "colour": no such setting \| there are theme, ascii, mouse, keys/],
    ['{"__proto__": {"ascii": true}}', /c: "__proto__": no such setting/],
    ['{"keys": []}', /c: keys: not an object/],
    ['{"keys": {"step": "n"}}', /c: keys: step: not a list of keys/],
    ['{"keys": {"step": [1]}}', /c: keys: step: not a list of keys/],
    ['{"keys": {"fly": ["z"]}}', /c: keys: fly: no such action \| there are left right/],
    ['{"keys": {"__proto__": ["z"]}}', /c: keys: __proto__: no such action/],
    ['{"keys": {"constructor": ["z"]}}', /c: keys: constructor: no such action/],
    ['{"keys": {"step": ["hyper-z"]}}', /c: keys: step: no key is called "hyper-z" \| a key is/],
    ['{"keys": {"step": [""]}}', /c: keys: step: no key is called ""/],
    ['{"keys": {"step": [" "]}}', /c: keys: step: no key is called " "/],
    ['{"keys": {"step": ["ctrl-m"]}}', /c: keys: step: no key is called "ctrl-m"/],
    ['{"keys": {"step": ["\\u001b"]}}', /c: keys: step: no key is called "\\u001b"/],
    ['{"keys": {"step": ["\u00e9"]}}', /c: keys: step: no key is called "\u00e9"/],
    ['{"keys": {"step": ["ctrl-c"]}}', /c: keys: step: Ctrl-C always leaves/],
    ['{"keys": {"quit": []}}', /c: keys: quit: without a key there is no way to quit/],
    ['{"keys": {"step": ["q"]}}', /c: keys: quit: "q" is on step too \| give one of them/],
    ['{"keys": {"step": ["z"], "drop": ["z"]}}', /c: keys: drop: "z" is on step too/],
  ])("%s", (text, message) => {
    expect(fault(() => parseConfig("c", text))).toMatch(message);
  });

  it("is said in one line whatever the text is", () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((json) => `{"keys": ${json}}`),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        try {
          parseConfig("c", hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
          const { message } = error as TgtctlError;
          expect(message).not.toMatch(/\n/);
          expect(message.length).toBeLessThan(300);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the theme is that of", () => {
  const home = join(folder, "home");
  mkdirSync(join(home, "tgtctl"), { recursive: true });
  writeFileSync(join(home, "tgtctl/config.json"), '{"theme": "truecolor", "ascii": true}');
  const wanted = { theme: null, color: true, ascii: false };
  const look = (more: object, env: NodeJS.ProcessEnv) => {
    const { style } = readSettings(
      { ...wanted, ...more },
      { TERM: "xterm", LANG: "C.UTF-8", ...env },
    );
    return `${style.theme.name} ${style.glyphs}`;
  };
  const file = { XDG_CONFIG_HOME: home };
  const none = { XDG_CONFIG_HOME: join(folder, "no-home") };

  it.each([
    ["nobody: 16", {}, none, "16 unicode"],
    [
      "nobody, also where the terminal could do more",
      {},
      { ...none, COLORTERM: "truecolor" },
      "16 unicode",
    ],
    ["the file", {}, file, "truecolor ascii"],
    ["the command line before the file", { theme: "colorblind" }, file, "colorblind ascii"],
    ["no colours wanted before the file", { color: false }, file, "mono ascii"],
    ["the command line before no colours", { theme: "16", color: false }, none, "16 unicode"],
    ["a terminal without colours before the file", {}, { ...file, TERM: "vt220" }, "mono ascii"],
    ["the command line before that, too", { theme: "16" }, { ...none, TERM: "vt220" }, "16 ascii"],
    ["--ascii", { ascii: true }, none, "16 ascii"],
  ])("%s", (_, more, env, style) => {
    expect(look(more, env)).toBe(style);
  });

  it("the mouse is off unless asked for, and in the help only where it is on", () => {
    const asked = (more: object, env: NodeJS.ProcessEnv) => {
      const { mouse, keys } = readSettings({ ...wanted, ...more }, env);
      return [mouse, keys.rows.some(({ shown }) => shown === "click")];
    };
    const on = join(folder, "mouse");
    mkdirSync(join(on, "tgtctl"), { recursive: true });
    writeFileSync(join(on, "tgtctl/config.json"), '{"mouse": true}');
    expect(asked({}, none)).toEqual([false, false]);
    expect(asked({ mouse: true }, none)).toEqual([true, true]);
    expect(asked({}, { XDG_CONFIG_HOME: on })).toEqual([true, true]);
  });

  it("nothing that is no theme", () => {
    expect(fault(() => look({ theme: "pink" }, none))).toBe(
      'usage: --theme "pink": no such theme | there are 16, truecolor, colorblind, mono',
    );
  });
});
