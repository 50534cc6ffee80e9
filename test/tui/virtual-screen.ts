// SPDX-License-Identifier: MIT
// A ScreenView on a terminal emulator: keys in, the reconstructed screen out.

import { PassThrough } from "node:stream";
import xterm from "@xterm/headless";
import type { Watch } from "../../src/session/watch.js";
import type { Glyphs } from "../../src/tui/glyphs.js";
import { DEFAULT_KEYS, type KeyTable } from "../../src/tui/key-bindings.js";
import { ScreenView } from "../../src/tui/screen-view.js";
import { THEMES, type ThemeName } from "../../src/tui/theme.js";
import { linesOf, pictureOf } from "./picture.js";

class Keyboard extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export interface VirtualScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly colors: boolean;
  /** Without it ASCII goes with mono, as on a serial line. */
  readonly glyphs?: Glyphs;
  /** Instead of the one that `colors` says. */
  readonly theme?: ThemeName;
  readonly keys?: KeyTable;
  readonly mouse?: boolean;
  /** False: the terminal takes nothing. */
  readonly mayWrite?: () => boolean;
}

export class VirtualScreen {
  readonly view: ScreenView;
  /** Everything written since the last `take`. */
  output = "";
  quits = 0;
  suspends = 0;
  readonly #terminal: xterm.Terminal;
  readonly #keyboard = new Keyboard();

  constructor(watch: Watch, options: VirtualScreenOptions) {
    const { columns, rows, colors, glyphs, keys, theme } = options;
    const { mouse = false, mayWrite = () => true } = options;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.view = new ScreenView({
      watch,
      size: { columns, rows },
      style: {
        theme: THEMES[theme ?? (colors ? "16" : "mono")],
        glyphs: glyphs ?? (colors ? "unicode" : "ascii"),
      },
      keys: keys ?? DEFAULT_KEYS,
      mouse,
      mayWrite,
      stdin: this.#keyboard as unknown as NodeJS.ReadStream,
      write: (bytes) => {
        this.output += bytes;
        this.#terminal.write(bytes);
      },
      quit: () => this.quits++,
      failed: (error) => {
        throw error;
      },
      suspend: () => this.suspends++,
    });
  }

  /** Types, one key after the other, and waits until each has had its effect. */
  async type(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.#keyboard.write(key);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  take(): string {
    const { output } = this;
    this.output = "";
    return output;
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.view.redraw({ columns, rows });
  }

  async #settled(): Promise<void> {
    await new Promise<void>((resolve) => this.#terminal.write("", resolve));
  }

  /** The emulator, once everything written has reached it. */
  async emulator(): Promise<xterm.Terminal> {
    await this.#settled();
    return this.#terminal;
  }

  lines(): Promise<string[]> {
    return linesOf(this.#terminal);
  }

  picture(): Promise<string> {
    return pictureOf(this.#terminal);
  }

  close(): void {
    this.view.close();
    this.#keyboard.destroy();
    this.#terminal.dispose();
  }
}
