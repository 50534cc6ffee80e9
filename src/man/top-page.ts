// SPDX-License-Identifier: MIT
// tgtctl-top(1), from the tables that the program itself works by.

import { topOptions } from "../commands/top-options.js";
import { globalOptions } from "../global-options.js";
import { shownKey } from "../tui/key-bindings.js";
import { KEYS, type KeyRow } from "../tui/keys.js";
import { LEGEND } from "../tui/legend.js";
import { MOUSE_ROWS } from "../tui/mouse.js";
import { THEME_NAMES } from "../tui/theme.js";
import { optionDefault, optionTerm, type ToldOption, toldOptions } from "./options.js";
import { bold, entry, roffText, section, verbatim } from "./roff.js";

const DESCRIPTION = `Shows the two shared-memory rings of the SCSI target framework slot by slot, what is in \
flight, and every field of the selected slot. It becomes owner of the device, and answers, only if told to, or if \
nobody owns it, no command waits and no disk is attached; else it looks. Beside an owner of its own kind it holds, \
steps, edits and injects, too. On anything but a terminal, or with -b, it prints plain frames.`;

const CONFIG = `{
  "theme": "colorblind",
  "ascii": false,
  "mouse": false,
  "keys": { "step": ["n", "ctrl-f"], "findNext": [], "drop": ["X"] }
}`;

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["NO_COLOR", "set to anything: no colours, as --no-color"],
  ["TERM", "dumb: plain frames; a vt or linux terminal: ASCII; one without colours: theme mono"],
  ["LC_ALL, LC_CTYPE, LANG", "the first that is set: lines and bars are drawn if it names UTF-8"],
  ["XDG_CONFIG_HOME", "where the file is, if it is not ~/.config"],
  ["TGTCTL_DEVICE", "the device, if -D names none"],
];

function optionEntry(option: ToldOption): string {
  const text = `${option.spec.describe ?? ""}${optionDefault(option)}`;
  return entry(bold(optionTerm(option)), roffText(text));
}

/** Rows that the help names in one line stand in one entry, with the names a file gives them. */
function keyEntries(rows: readonly KeyRow[]): string[] {
  const groups: KeyRow[][] = [];
  for (const row of rows) {
    if (row.shown !== "" || groups.length === 0) groups.push([row]);
    else groups.at(-1)?.push(row);
  }
  return groups.map((group) => {
    const actions = group.map((row) =>
      group.length === 1 ? row.action : `${row.action}: ${row.keys.map(shownKey).join(" ")}`,
    );
    const [first] = group;
    const help = first?.help || "back";
    return entry(
      bold(first?.shown || shownKey(first?.keys[0] ?? "")),
      roffText(help),
      ".br",
      `(${roffText(actions.join("; "))})`,
    );
  });
}

function configSection(): string[] {
  return [
    section("FILES"),
    entry(
      bold("~/.config/tgtctl/config.json"),
      roffText(
        `Theme (${THEME_NAMES.join(", ")}), ASCII only, the mouse, and other keys on actions, whose names stand behind each key above. What is not named keeps its keys; [] takes them all. A key is one character, ctrl- and a letter, or up down left right home end pageup pagedown tab shift-tab enter escape backspace space. Ctrl-C always leaves. What the command line and the environment say goes before the file.`,
      ),
    ),
    verbatim(CONFIG),
  ];
}

export function topPage(version: string): string {
  const top = toldOptions(topOptions);
  const all = toldOptions((parser) => globalOptions(parser, {}));
  const lines = [
    `.TH TGTCTL\\-TOP 1 "" "tgtctl ${roffText(version)}" "tgtctl"`,
    section("NAME"),
    roffText("tgtctl-top").concat(
      " \\- ",
      roffText("the rings of a SCSI target, live, on a screen"),
    ),
    section("SYNOPSIS"),
    `${bold("tgtctl top")} [\\fIoptions\\fR]`,
    section("DESCRIPTION"),
    roffText(DESCRIPTION),
    section("OPTIONS"),
    ...top.options.map(optionEntry),
    ".SS Of every command",
    ...all.options.map(optionEntry),
    section("KEYS"),
    ...keyEntries(KEYS),
    ...MOUSE_ROWS.map(({ shown, help }) => entry(bold(shown), roffText(help))),
    section("LETTERS"),
    "A cell of a map is a slot, or the worst of several where the screen is small.",
    verbatim(LEGEND.join("\n")),
    ...configSection(),
    section("ENVIRONMENT"),
    ...ENVIRONMENT.map(([name, text]) => entry(bold(name), roffText(text))),
    section("EXAMPLES"),
    verbatim(top.epilogue.replace(/^Examples:\n/, "").replace(/^ {2}/gm, "")),
  ];
  return `${lines.join("\n")}\n`;
}
