// SPDX-License-Identifier: MIT
// The man page: what the program knows stands in it, and man and groff find nothing wrong with it.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topOptions } from "../../src/commands/top-options.js";
import { toldOptions } from "../../src/man/options.js";
import { roffText, verbatim } from "../../src/man/roff.js";
import { topPage } from "../../src/man/top-page.js";
import { KEYS } from "../../src/tui/keys.js";

const ROOT = join(import.meta.dirname, "../..");
const BUILT = join(ROOT, "dist/man/tgtctl-top.1");
const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

function run(command: string, args: string[], input?: string): { stdout: string; stderr: string } {
  const env = { ...process.env, MANWIDTH: "80", LC_ALL: "C.UTF-8", GROFF_NO_SGR: "1" };
  const { stdout, stderr, error, status } = spawnSync(command, args, {
    input,
    env,
    encoding: "utf8",
  });
  if (error) throw error;
  expect(status).toBe(0);
  return { stdout, stderr };
}

/** As man shows it, overstrikes undone, words with one space between them. */
function shown(): string {
  const { stdout } = run("man", ["--no-hyphenation", "--no-justification", "-l", BUILT]);
  return stdout.replace(/.\x08/g, "").replace(/\s+/g, " ");
}

describe("tgtctl-top(1)", () => {
  it("is made by the build, of the version that it is", () => {
    if (!existsSync(BUILT)) throw new Error("not built: run npm run build first");
    expect(readFileSync(BUILT, "utf8")).toBe(topPage(PACKAGE.version));
    expect(PACKAGE.man).toEqual(["./dist/man/tgtctl-top.1"]);
    expect(PACKAGE.files).toContain("dist");
  });

  it("gives groff nothing to warn of", () => {
    expect(run("groff", ["-z", "-ww", "-man", "-Tutf8", BUILT]).stderr).toBe("");
    expect(run("man", ["--warnings", "-l", BUILT]).stderr).toBe("");
  });

  it("fits 80 columns", () => {
    const { stdout } = run("man", ["-l", BUILT]);
    for (const line of stdout.replace(/.\x08/g, "").split("\n")) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it("has every key and every action", () => {
    const page = shown();
    for (const { shown: keys, help, action } of KEYS) {
      if (keys !== "") expect(page).toContain(` ${keys} ${help} (`);
      expect(page).toMatch(new RegExp(`[( ]${action}[):]`));
    }
  });

  it("has every option", () => {
    const page = shown();
    const { options } = toldOptions(topOptions);
    expect(options.length).toBeGreaterThan(10);
    for (const { name, spec } of options) {
      expect(page).toContain(`--${name}`);
      expect(page).toContain(String(spec.describe));
    }
    expect(page).not.toContain("undefined");
  });

  it("does not depend on where it is built", () => {
    const before = process.env.NO_COLOR;
    process.env.NO_COLOR = "1";
    const built = topPage(PACKAGE.version);
    if (before === undefined) delete process.env.NO_COLOR;
    else process.env.NO_COLOR = before;
    expect(built).toBe(readFileSync(BUILT, "utf8"));
  });
});

it("any text comes out of groff as it went in", () => {
  const lines = fc.sample(fc.string({ minLength: 1, maxLength: 50, unit: "grapheme-ascii" }), {
    numRuns: 300,
    seed: 1,
  });
  const texts = [".SH no request", "'br", "\\fBno\\n[.s]", "-^~`'\"\\", ...lines].map((text) =>
    `<${text}>`.replace(/\s/g, "_"),
  );
  const page = `.TH X 1 "" "" ""\n.SH Y\n${verbatim(texts.join("\n"))}\n`;
  const { stdout, stderr } = run("groff", ["-ww", "-man", "-Tascii", "-rLL=200n", "-P-cbou"], page);
  expect(stderr).toBe("");
  expect(
    stdout
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("<")),
  ).toEqual(texts);
  expect(roffText(".x\n'y")).toBe("\\&.x\n\\&'y");
});
