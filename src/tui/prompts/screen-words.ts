// SPDX-License-Identifier: MIT
// What can be typed into the palette besides the verbs of an owner: words for the screen itself.
import type { Dialect } from "../../abi/dialect.js";
import { TgtctlError } from "../../errors.js";
import { compile } from "../../expression/compile.js";
import type { LineForm, Typed } from "../../features/verbs/typed-line.js";
import type { Action } from "../actions.js";
import type { Desk } from "../overlay.js";

export interface PaletteForm extends LineForm {
  /** Looks at what was typed; what it returns does it. Errors: `usage`, ExpressionError. */
  readonly prepare: (typed: Typed, dialect: Dialect) => (desk: Desk, line: string) => void;
}

const NOTHING = { kind: "words", least: 0, most: 0 } as const;

function word(name: string, action: Action, describe: string): PaletteForm {
  return {
    name,
    usage: "",
    describe,
    takes: NOTHING,
    prepare: () => (desk) => desk.act(action),
  };
}

const GO_TO = "usage: goto kuring|ukring SLOT";

function goTo({ words: [ring = "", slot = ""] }: Typed, { nrEntry }: Dialect) {
  if (ring !== "kuring" && ring !== "ukring") {
    throw new TgtctlError("usage", `goto ${ring}: no such ring`, GO_TO);
  }
  const number = /^\d{1,6}$/.test(slot) ? Number(slot) : Number.NaN;
  if (!(number < nrEntry)) {
    throw new TgtctlError("usage", `goto ${ring} ${slot}: slots are 0 to ${nrEntry - 1}`, GO_TO);
  }
  return (desk: Desk): void => desk.goTo(ring, number);
}

export const SCREEN_WORDS: readonly PaletteForm[] = [
  {
    name: "filter",
    usage: "[EXPR]",
    describe: "show only what matches; without EXPR everything",
    takes: { kind: "expression", optional: true },
    prepare: ({ text }, dialect) => {
      const filter = text === "" ? null : compile(text, { dialect });
      return (desk) => desk.setFilter(filter);
    },
  },
  {
    name: "find",
    usage: "EXPR",
    describe: "the next older event that matches; n goes on",
    takes: { kind: "expression" },
    prepare: ({ text }, dialect) => {
      const wanted = compile(text, { dialect });
      return (desk) => desk.find(wanted);
    },
  },
  {
    name: "goto",
    usage: "kuring|ukring SLOT",
    describe: "selects a slot",
    takes: { kind: "words", least: 2, most: 2 },
    words: ["kuring", "ukring"],
    prepare: goTo,
  },
  word("breakpoints", "break", "the list of them, live"),
  word("remarks", "remarks", "what the session had to say"),
  word("freeze", "freeze", "freezes the view, or lets it go on"),
  word("dump", "dump", "this screen as text to a file"),
  word("help", "help", "the keys"),
  word("quit", "quit", "leave"),
];
