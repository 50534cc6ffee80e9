// SPDX-License-Identifier: MIT
// The form of an event to inject: the request it makes is that of the command line, and so is its preview.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dryText } from "../../../src/commands/inject-list.js";
import { MALFORMATIONS } from "../../../src/features/inject/inject-catalogue.js";
import type { InjectArguments } from "../../../src/features/inject/inject-request.js";
import type { Form } from "../../../src/tui/forms/form.js";
import { injectLines } from "../../../src/tui/forms/inject-lines.js";
import { previewLines } from "../../../src/tui/forms/inject-preview-lines.js";
import { injectForm, readInject, settled } from "../../../src/tui/forms/inject-reading.js";
import { lineText } from "../../../src/tui/forms/spans.js";
import { requestWith } from "../../features/inject/inject-arguments.js";
import { expectLines } from "./line-checks.js";

const HOST = 3;

function typed(form: Form, ...keys: string[]): Form {
  return keys.reduce((now, key) => {
    const next = now.key(key);
    return next ? settled(next, HOST) : now;
  }, form);
}

/** Row by row: what is typed there. */
function filled(texts: Readonly<Record<string, string>>): Form {
  return Object.entries(texts).reduce(
    (form, [row, text]) => typed(form.on(row), ...text),
    injectForm(HOST),
  );
}

function preview(form: Form): string {
  const { wish } = readInject(form, HOST);
  if (!wish) throw new Error("nothing to preview");
  return previewLines(wish, 200, 100).map(lineText).join("\n");
}

/** Bytes of hex in the text of a dry run or of a preview, without offsets. */
function hexIn(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line) => /^ *[0-9a-f]{4} ( [0-9a-f]{2})+/.exec(line)?.[0].trim() ?? []);
}

describe("the preview", () => {
  const cases: [Record<string, string>, Partial<InjectArguments>][] = [
    [{}, { type: "CMD_RSP" }],
    [{ type: "TSK" }, { type: "TSK_MGMT_RSP" }],
    [{ type: "0xdead" }, { type: "0xdead" }],
    [
      { result: "BUSY", cid: "7" },
      { type: "CMD_RSP", set: ["cid=7", "result=BUSY"] },
    ],
    [
      { type: "CMD_REQ", scb: "2800", tag: "0xffff" },
      { type: "CMD_REQ", set: ["scb=2800", "tag=0xffff"] },
    ],
    [
      { "slot status": "2", "slot len": "9", "at slot": "511", doorbell: "no" },
      { type: "CMD_RSP", status: 2, len: 9, slot: 511, kick: false },
    ],
    [
      { wrong: "random", seed: "7" },
      { malform: ["random"], seed: 7 },
    ],
    [
      { wrong: "bad-host", type: "TSK" },
      { malform: ["bad-host"], type: "TSK_MGMT_RSP" },
    ],
    [{ wrong: "bad-cid", and: "status-2" }, { malform: ["bad-cid", "status-2"] }],
    ...MALFORMATIONS.map(({ name }): [Record<string, string>, Partial<InjectArguments>] => [
      { wrong: name },
      { malform: [name] },
    ]),
  ];

  it.each(cases)("of %j is the dry run of %j", (texts, args) => {
    const request = requestWith({ waitMs: 5000, ...args });
    const plan = request.next(HOST);
    const form = filled(texts);
    const { wish } = readInject(form, HOST);
    expect(wish?.plan).toEqual(plan);
    const dry = dryText(plan, requestWith({ ...args }));
    const shown = preview(form);
    expect(shown).toContain(dry.split("\n")[0]);
    // lines that look alike and are lit otherwise are one in the dry run alone
    expect(hexIn(shown)).toEqual(expect.arrayContaining(hexIn(dry)));
  });

  it("lights what differs from a plain event, and nothing else", () => {
    const { wish } = readInject(filled({ wrong: "bad-mid" }), HOST);
    if (!wish) throw new Error("no preview");
    const lit = previewLines(wish, 80, 40)
      .flat()
      .filter(({ look }) => look === "changed");
    const bytes = lit.map(({ text }) => text).filter((text) => /^[0-9a-f]{2}$/.test(text));
    expect(bytes).toEqual(["00", "00", "ad", "de", "80", "88"]);
  });
});

describe("the rows", () => {
  it("offer no malformations that contradict one another", () => {
    const form = filled({ wrong: "bad-cid" }).on("and");
    const { entry } = form.row ?? {};
    const names = entry?.kind === "choice" ? entry.choice.names : [];
    expect(names).toContain("status-2");
    expect(names).not.toContain("bad-cid");
    expect(names).not.toContain("random");
    expect(names).not.toContain("bad-mid");
  });

  it("have a wait only where something has to happen first", () => {
    const has = (name: string): boolean =>
      filled({ wrong: name }).rows.some((row) => row.name === "wait ms");
    expect([has("len-zero"), has("late"), has("bad-mid")]).toEqual([true, true, false]);
  });

  it("keep what is typed when the type changes and comes back", () => {
    const other = filled({ cid: "7", type: "TSK" });
    expect(other.rows.some((row) => row.name === "cid")).toBe(false);
    expect(filled({ result: "-5", type: "TSK" }).value("result")).toBe("-5");
  });

  it.each([
    [{ count: "0" }, "count", "not a whole number from 1 to 1000"],
    [{ "at slot": "512" }, "at slot", "from 0 to 511"],
    [{ cid: "x" }, "cid", "not a value of cid"],
    [{ type: "CMD_REQ", scb: "280" }, "scb", "is not the hex"],
    [{ wrong: "nonsense" }, "wrong", "no malformation of that name"],
    [{ type: "99999999999" }, "type", "not a type of event"],
  ])("complain of %j", (texts, row, complaint) => {
    const { wish, wrong, notes } = readInject(filled(texts as Record<string, string>), HOST);
    expect([wish, wrong]).toEqual([null, row]);
    expect(notes.get(row)?.text).toContain(complaint);
  });
});

describe("whatever is typed", () => {
  const names = ["up", "down", "left", "right", "home", "end", "tab", "shift-tab", "pageup"];
  const key = fc.oneof(
    fc.constantFrom(...names, "backspace", "ctrl-u", "ctrl-w", "space", "enter"),
    fc.constantFrom(..."0123456789abdelnotx-CMD_RSP"),
    fc.string({ maxLength: 2, unit: "binary" }),
  );
  const room = fc.record({
    columns: fc.integer({ min: 1, max: 140 }),
    rows: fc.integer({ min: 1, max: 40 }),
  });

  it("is shown in printable lines that fit, and makes a plan or has a complaint", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), room, (keys, size) => {
        const form = typed(injectForm(HOST), ...keys);
        const reading = readInject(form, HOST);
        expect(reading.wish === null).toBe(reading.wrong !== null);
        const state = { into: "pid 4121\x1b[2J", waiting: null, problem: null };
        expectLines(injectLines(form, reading, state, size), size);
      }),
      { numRuns: 200 },
    );
  });
});
