// SPDX-License-Identifier: MIT
// What the screen does with what is on it: to a file, to the clipboard; and the question before it goes.
import { decode, isUnknown } from "../abi/codec.js";
import { eventText } from "../features/event-text.js";
import type { Observation } from "../session/observation.js";
import { stakeOf } from "../session/stake.js";
import type { Cells } from "./cells.js";
import { copyText } from "./clipboard.js";
import type { Glyphs } from "./glyphs.js";
import { inspect } from "./inspected.js";
import { troubleText } from "./message.js";
import type { ScreenModel } from "./model.js";
import type { Desk } from "./overlay.js";
import { type Answer, Question } from "./question.js";
import { screenText, writeScreenFile } from "./screen-file.js";
import { hexRow, slotRows } from "./slot-fields-text.js";
import type { ViewState } from "./view-state.js";

const HEX_BYTES = 16;

/** `cells`: as they are to be read, without a message before them. */
export function writeScreen(desk: Desk, cells: Cells, glyphs: Glyphs): void {
  try {
    const path = writeScreenFile(process.cwd(), screenText(cells, glyphs), new Date());
    desk.say(`this screen is in ${path}`, "done");
  } catch (error) {
    desk.say(troubleText(error), "trouble");
  }
}

/** What the inspector shows, as lines: its reading, its fields, its bytes; null for a slot never used. */
export function inspectedText(state: ViewState, model: ScreenModel): string | null {
  const { ring, slot, bytes } = inspect(state, model);
  if (!bytes) return null;
  const { dialect } = model;
  const event = decode(dialect, bytes, dialect.headerSize);
  const type = isUnknown(event) ? "unknown" : event.type;
  const rows = slotRows(dialect, bytes).filter(({ value }) => value !== "");
  const lines = [`${ring} ${slot} ${type}: ${eventText(event)}`];
  for (const { name, value } of rows) lines.push(`  ${name.padEnd(10)} ${value}`);
  for (let at = 0; at < bytes.length; at += HEX_BYTES) {
    const offset = at.toString(16).padStart(4, "0");
    lines.push(`  ${offset}  ${hexRow(bytes.subarray(at, at + HEX_BYTES))}`);
  }
  return lines.join("\n");
}

/** No terminal says whether it took it: what is said here is what was sent. */
export function copySelected(
  desk: Desk,
  text: string | null,
  env: NodeJS.ProcessEnv,
  write: (bytes: string) => void,
): void {
  if (text === null) {
    desk.say("this slot was never used: nothing to copy", "trouble");
    return;
  }
  const copy = copyText(text, env);
  if (!copy.possible) {
    desk.say(`not copied: ${copy.why}`, "trouble");
    return;
  }
  write(copy.bytes);
  desk.say(`sent to the clipboard (OSC 52): ${text.split("\n", 1)[0]}`, "done");
}

/** Asks where somebody would lose something; `quit` at once where nobody does. */
export function leave(
  desk: Desk,
  observation: Observation,
  quit: (how: "stop" | "handOver") => void,
): void {
  const { handOver, device } = observation;
  const lost = stakeOf(observation);
  if (lost === null) {
    quit("stop");
    return;
  }
  const background: Answer = {
    key: "b",
    word: "go on in the background, without a screen",
    act: () => quit("handOver"),
  };
  const stop: Answer = { key: "s", word: "stop it", act: () => quit("stop") };
  desk.open(
    new Question(
      desk,
      `leave ${device.name}?`,
      [`${lost}.`],
      handOver ? [background, stop] : [stop],
    ),
  );
}
