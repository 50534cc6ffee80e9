// SPDX-License-Identifier: MIT
// Forms, prompts and the help over the simulator in the built program: frame and words as in their goldens.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { closeShells, type Shell } from "../shell.js";
import {
  expectSame,
  golden,
  goldenName,
  inEachStyle,
  program,
  type ScreenSize,
  SIZES,
} from "./program-screen.js";
import { box, boxLook, huesIn } from "./screen-bones.js";

closeShells();

const ESCAPE = "\x1b";
const DOWN = "\x1b[B";

interface Form {
  readonly part: "." | "forms" | "prompts";
  readonly title: string;
  readonly keys: readonly string[];
  /** What the owner has to have told before the second key. */
  readonly told?: string;
  /** Of a row of the frame: what is another in each run. */
  readonly masked?: (row: string) => string;
}

/** Which command it is. */
const TOLD = /^\| (READ|WRITE) ?.*/;
/** `|  len         `: the names of the fields stand in this many columns. */
const LABEL = 15;
function label(row: string): string {
  const isField = /^\|[> ] [a-z_]+ {2,}/.test(row);
  return isField ? row.slice(0, LABEL) : row.replace(TOLD, "| told");
}

/** The golden's have been hit, and one of them holds. */
function withoutHits(row: string): string {
  if (row.includes("holds the target")) return row.replace(/[^|]/g, " ");
  return row.replace(/^(\|[ >])[ *]( *\d+) +\d+ /, "$1 $2 HITS ");
}

const FORMS: Readonly<Record<string, Form>> = {
  edit: {
    part: "forms",
    title: "edit",
    keys: ["e"],
    masked: (row) =>
      label(row.replace(/edit (the oldest, )?\d+:\d+, let it go -*/, "edit, let it go ")),
  },
  inject: {
    part: "forms",
    title: "inject",
    keys: ["i"],
    masked: (row) => row.replace(/pid \d+ \(tgtctl\)\. */, "pid "),
  },
  "inject-bad-mid": {
    part: "forms",
    title: "inject",
    keys: ["i", "bad-mid"],
    masked: (row) => row.replace(/pid \d+ \(tgtctl\)\. */, "pid "),
  },
  "filter-valid": {
    part: "prompts",
    title: "filter",
    keys: ["/", "opcode == READ_10 && lun == 1"],
  },
  "filter-error": {
    part: "prompts",
    title: "filter",
    keys: ["/", "opcode == READ_10 && lnu == 1 && tag", "\r"],
  },
  "palette-error": { part: "prompts", title: "command", keys: [":", "break add lba = 8"] },
  breakpoints: {
    part: "prompts",
    title: "breakpoints",
    keys: ["b", DOWN],
    told: "opcode == WRITE",
    masked: withoutHits,
  },
  help: { part: ".", title: "keys", keys: ["?"] },
};

/** As the goldens have them; nothing is answered any more, so none is hit. */
const BREAKPOINTS = [
  "break add type == CMD_DONE && result != 0 --once",
  "break add opcode == WRITE_10 && lba < 0x1000 && data_len > 4096 && host_no == 3",
  "break add lun == 1",
];

async function heldTarget(colors: boolean): Promise<Shell> {
  const shown = program("-D sim:rate=300", colors);
  await shown.until("traffic", () => /[1-9]\d* cmd\/s/.test(shown.text));
  shown.type("H");
  await shown.shows("HELD 32");
  for (const [i, line] of BREAKPOINTS.entries()) {
    shown.type(":");
    await shown.shows("command");
    shown.type(line);
    await shown.shows(line.slice(-12));
    shown.type("\r");
    await shown.until(`breakpoint ${i + 1}`, () => !shown.text.includes("Enter accept"));
  }
  shown.type("\t\t\tg"); // a command whose answer is held, for the form that edits it
  await shown.until("the oldest, selected", () => /^> .* held /m.test(shown.text));
  return shown;
}

async function lookAt(shown: Shell, name: string, form: Form, size: ScreenSize, colors: boolean) {
  const { keys, title, told, masked } = form;
  await shown.until("the panels", () => shown.text.includes("q quit"));
  for (const key of keys) {
    shown.type(key);
    await sleep(30);
    if (told) await shown.shows(told);
  }
  const wanted = goldenOf(name, form, size, colors);
  await expectSame(
    goldenName(name, size, colors),
    async () => boxText(await shown.picture(), title, masked),
    () => Promise.resolve(boxText(wanted, title, masked)),
  );
  const picture = await shown.picture();
  if (!colors) expect(huesIn(picture).size).toBe(0);
  // values are lit by their width, and the help's golden has no colours
  if (!masked && !(colors && name === "help")) {
    expect(boxLook(picture, title), name).toEqual(boxLook(wanted, title));
  }
  shown.type(ESCAPE);
}

function goldenOf(name: string, { part, title }: Form, size: ScreenSize, colors: boolean): string {
  const file = name === "help" ? `help-${size[0]}x${size[1]}` : goldenName(name, size, colors);
  const picture = golden(part, file);
  expect(box(picture, title).length, file).toBeGreaterThan(2);
  return picture;
}

function boxText(picture: string, title: string, masked: Form["masked"]): string {
  const rows = box(picture, title);
  return rows.map((row) => masked?.(row) ?? row).join("\n");
}

it("forms over a held target are framed and worded as in their goldens at each size", async () => {
  await inEachStyle(async (colors) => {
    const shown = await heldTarget(colors);
    for (const size of SIZES) {
      shown.resize(size[0], size[1]);
      for (const [name, form] of Object.entries(FORMS))
        await lookAt(shown, name, form, size, colors);
    }
  });
});
