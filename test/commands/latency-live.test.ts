// SPDX-License-Identifier: MIT
// `tgtctl latency` on a terminal: a block that is drawn over itself, and a clean terminal with the summary after it.
import { describe, expect, it } from "vitest";
import { closeShells, PROGRAM, shell } from "../tui/shell.js";

closeShells();

/** Runs it and says how it ended; what was typed is not in the way of what is looked for. */
const script = (args: string): string[] => [
  "-c",
  `${PROGRAM} latency ${args}; echo "code=$?"; sleep 60`,
];

describe("on a terminal", () => {
  it("shows how far it is, over itself, and leaves nothing but the summary", async () => {
    const shown = shell(script("--sim --duration 3 --worst 0"));
    await shown.until("progress", () => /\[#+-+\] 2\.\d s of 3\.0 s/.test(shown.text));
    expect(shown.text.match(/ of 3\.0 s/g)).toHaveLength(1);
    expect(shown.text.match(/^ wakeup /gm)).toHaveLength(1);
    await shown.shows("code=0");
    expect(shown.text).not.toContain(" of 3.0 s");
    expect(shown.text.match(/^sim, as owner: poll, /gm)).toHaveLength(1);
    expect(shown.text.match(/^ wakeup /gm)).toHaveLength(1);
  });

  it("gives the summary at Ctrl-C", async () => {
    const shown = shell(script("--sim --duration 60 --table"));
    await shown.until("progress", () => /1\.\d s of 60\.0 s/.test(shown.text));
    shown.type("\x03");
    await shown.shows("M: poll ");
    expect(shown.text).not.toContain(" of 60.0 s");
  });

  it("writes no more than lines where the cursor cannot be moved", async () => {
    const shown = shell(script("--sim --duration 1 --table"), 80, 24, { TERM: "dumb" });
    await shown.shows("code=0");
    expect(shown.raw).not.toContain("\x1b");
  });
});
