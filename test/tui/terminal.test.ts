// SPDX-License-Identifier: MIT
// The built program in a real pty: the terminal is as it was after every way out.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { closeShells, expectRestored, IMAGE, PROGRAM, pidOf, script, shell, TOP } from "./shell.js";

closeShells();

describe("the terminal is restored", () => {
  it.each([
    ["q", "q"],
    ["Ctrl-C", "\x03"],
  ])("after %s", async (_, key) => {
    const shown = shell(script(TOP));
    await shown.shows("slot kuring 270");
    expect(shown.buffer).toBe("alternate");
    shown.type(key);
    await expectRestored(shown, 0);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("after %s", async (signal) => {
    const shown = shell(script(TOP));
    await shown.shows("slot kuring 270");
    process.kill(pidOf(shown), signal);
    await expectRestored(shown, 0);
  });

  it("after an error nobody caught, which is then reported", async () => {
    const fault = "data:text/javascript,setTimeout(()=>{throw(Error('boom'))},2000)";
    const shown = shell(script(TOP), 80, 24, { NODE_OPTIONS: `--import ${fault}` });
    await shown.shows("slot kuring 270");
    await expectRestored(shown, 70);
    expect(shown.text).toContain("boom");
  });

  it("on Ctrl-Z, and the screen comes back with fg", async () => {
    const shown = shell(["-i"]);
    await shown.shows("$ ");
    shown.type(`${PROGRAM} top -D ${IMAGE}\r`);
    await shown.shows("slot kuring 270");
    shown.type("\x1a");
    await shown.shows("Stopped");
    expect(shown.buffer).toBe("normal");
    shown.type("echo in-the-shell-$((40+2))\r");
    await shown.shows("in-the-shell-42");
    shown.type("fg\r");
    await shown.until("the screen", () => shown.buffer === "alternate");
    await shown.shows("slot kuring 270");
    shown.type("l");
    await shown.shows("slot kuring 271");
    shown.type("q");
    await shown.until("the shell", () => shown.buffer === "normal");
  });
});

describe("the mouse", () => {
  const isOn = (raw: string): boolean => raw.lastIndexOf("?1000h") > raw.lastIndexOf("?1000l");

  it("reports to a screen that asks for it, and to nobody after that", async () => {
    const shown = shell(["-i"]);
    await shown.shows("$ ");
    shown.type(`${PROGRAM} top --mouse -D ${IMAGE}\r`);
    await shown.shows("slot kuring 270");
    expect(isOn(shown.raw)).toBe(true);
    shown.type("\x1b[<65;1;1M");
    await shown.until("three lines further", () => !shown.text.includes("slot kuring 270"));
    shown.type("\x1a");
    await shown.shows("Stopped");
    expect(isOn(shown.raw)).toBe(false);
    shown.type("fg\r");
    await shown.until("the screen", () => shown.buffer === "alternate");
    expect(isOn(shown.raw)).toBe(true);
    shown.type("q");
    await shown.until("the shell", () => shown.buffer === "normal");
    expect(isOn(shown.raw)).toBe(false);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("is off after %s", async (signal) => {
    const shown = shell(script(`${TOP} --mouse`));
    await shown.shows("slot kuring 270");
    process.kill(pidOf(shown), signal);
    await expectRestored(shown, 0);
    expect(isOn(shown.raw)).toBe(false);
  });

  it("is never turned on unasked", async () => {
    const shown = shell(script(TOP));
    await shown.shows("slot kuring 270");
    shown.type("q");
    await expectRestored(shown, 0);
    expect(shown.raw).not.toMatch(/\?100[0236]h/);
  });
});

describe("the screen", () => {
  it("says that the terminal is too small, and goes on when it is not", async () => {
    const shown = shell(script(TOP), 18, 4);
    await shown.shows("too small");
    shown.resize(80, 24);
    await shown.shows("slot kuring 270");
    shown.type("q");
    await expectRestored(shown, 0);
  });

  it("ends in order when its terminal is gone", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "tgtctl-test-")), "code");
    // who is told to ignore the signal passes that on; node does not
    const shown = shell(["-c", `trap "" HUP; sh -c 'echo pid=$$; exec ${TOP}'; echo $? >${file}`]);
    await shown.shows("slot kuring 270");
    const pid = pidOf(shown);
    shown.hangUp();
    await shown.until("the end of the process", () => !existsSync(`/proc/${pid}`));
    await shown.until("its exit code", () => existsSync(file) && statSync(file).size > 0);
    expect(readFileSync(file, "utf8")).toBe("0\n");
    rmSync(dirname(file), { recursive: true });
  });

  it("is plain frames where TERM is dumb, and with -b", async () => {
    for (const args of [script(TOP), script(`${TOP} -b -n 1`)]) {
      const shown = shell(args, 80, 24, { TERM: "dumb" });
      await shown.shows("code=0");
      expect(shown.raw).not.toContain("\x1b");
      expect(shown.raw).toContain("in flight 8");
    }
  });

  it("takes the size it is told, and no colours where they are not wanted", async () => {
    const shown = shell(script(`${TOP} --size 40x10 --no-color`), 80, 24);
    await shown.shows("in flight 8");
    expect(shown.text).not.toContain("slot kuring");
    expect(shown.raw).not.toMatch(/\x1b\[[0-9;]*3[0-7]m/);
    shown.type("q");
    await expectRestored(shown, 0);
  });
});

describe("the user's file", () => {
  const home = mkdtempSync(join(tmpdir(), "tgtctl-home-"));
  const env = { XDG_CONFIG_HOME: home, LANG: "C.UTF-8", LC_ALL: "" };
  mkdirSync(join(home, "tgtctl"));
  const write = (text: string) => writeFileSync(join(home, "tgtctl/config.json"), text);
  afterAll(() => rmSync(home, { recursive: true }));

  it("changes theme, characters and keys", async () => {
    write('{"theme": "truecolor", "ascii": true, "keys": {"quit": ["Z"]}}');
    const shown = shell(script(TOP), 80, 24, env);
    await shown.shows("Z quit");
    expect(shown.raw).toContain("38;2;");
    expect(shown.raw).not.toMatch(/[^\x00-\x7f]/);
    shown.type("Z");
    await expectRestored(shown, 0);
  });

  it("gives way to the command line", async () => {
    write('{"theme": "truecolor"}');
    const shown = shell(script(`${TOP} --theme colorblind`), 80, 24, env);
    await shown.shows("slot kuring 270");
    expect(shown.raw).toContain("38;5;");
    expect(shown.raw).not.toContain("38;2;");
    expect(shown.raw).toContain("\u2500");
    shown.type("q");
    await expectRestored(shown, 0);
  });

  it("with a fault in it is told of before there is a screen", async () => {
    write('{"keys": {"step": ["q"]}}');
    const shown = shell(script(TOP), 120, 24, env);
    await shown.shows("code=64");
    expect(shown.text).toContain('config.json: keys: quit: "q" is on step too');
    expect(shown.raw).not.toContain("\x1b[?1049h");
  });
});
