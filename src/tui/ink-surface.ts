// SPDX-License-Identifier: MIT
// Ink on a leash: it lays out into a stream of ours, one bare frame per render, and reads the keys.

import { Writable } from "node:stream";
import chalk from "chalk";
import { render } from "ink";
import { createElement } from "react";
import { App, type AppProps } from "./app.js";
import type { Size } from "./layout.js";

/** What Ink takes for a terminal. */
class FrameStream extends Writable {
  readonly isTTY = true;
  columns = 0;
  rows = 0;

  constructor(readonly onFrame: (frame: string) => void) {
    super({ decodeStrings: false });
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.onFrame(String(chunk));
    done();
  }
}

export interface InkSurface {
  /** Renders at once; the frame arrives in `onFrame` before this returns. */
  update(props: AppProps): void;
  unmount(): void;
}

/**
 * `onFrame` gets whole frames: lines of text with SGR. Keys are read from `stdin`, in raw mode. `onFailure`
 * is told what a component threw: Ink then lays out nothing any more.
 */
export function mountInk(
  props: AppProps,
  stdin: NodeJS.ReadStream,
  onFrame: (frame: string) => void,
  onFailure: (error: unknown) => void,
): InkSurface {
  // frames are parsed, not shown: attributes must be in them whatever the terminal can do
  chalk.level = 1;
  const stream = new FrameStream(onFrame);
  const resize = ({ columns, rows }: Size): void => {
    stream.columns = columns;
    stream.rows = rows;
  };
  resize(props.layout.size);
  const stdout = stream as unknown as NodeJS.WriteStream;
  const ink = render(createElement(App, props), {
    stdout,
    stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: false,
  });
  ink.waitUntilExit().catch(onFailure);
  return {
    update: (next) => {
      resize(next.layout.size);
      ink.rerender(createElement(App, next));
    },
    unmount: () => ink.unmount(),
  };
}
