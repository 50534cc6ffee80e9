// SPDX-License-Identifier: MIT
// One screen, whatever it is shown on: frames and what is typed in, bytes for the terminal out.

import type { Expression } from "../expression/compile.js";
import type { RemarkLog } from "../session/remark-log.js";
import type { Watch } from "../session/watch.js";
import { type Action, perform } from "./actions.js";
import { Eye } from "./eye.js";
import { FrameModel } from "./frame-model.js";
import { Front, type FrontOptions } from "./front.js";
import type { Typed } from "./key-reader.js";
import type { Size } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { Named } from "./named.js";
import { copySelected, inspectedText, leave, writeScreen } from "./screen-actions.js";
import { type OutputOptions, ScreenOutput } from "./screen-output.js";
import { successorOf } from "./successor.js";
import { Typing } from "./typing.js";
import type { ViewAction, ViewState } from "./view-state.js";

export interface ScreenViewOptions extends OutputOptions {
  readonly watch: Watch;
  /** The lists start cut down to this. */
  readonly filter?: Expression | null;
  /** Default: it is nothing to us. */
  readonly mouse?: boolean;
  /** What the session has to say. */
  readonly remarks?: RemarkLog;
  /** See ScreenModel; default: not known, not to be had. */
  readonly wallOffsetNs?: number | null;
  readonly readMemory?: ScreenModel["readMemory"];
  readonly quit: (how: "stop" | "handOver") => void;
  readonly suspend: () => void;
}

export class ScreenView {
  readonly #options: ScreenViewOptions;
  readonly #model: FrameModel;
  readonly #eye: Eye;
  readonly #front: Front;
  readonly #typing: Typing;
  readonly #output: ScreenOutput;

  constructor(options: ScreenViewOptions) {
    this.#options = options;
    const { watch, keys, filter = null } = options;
    const { wallOffsetNs = null, readMemory = () => null } = options;
    const model = new FrameModel(watch, { wallOffsetNs, readMemory }, filter);
    const front = new Front(this.#frontOptions());
    const eye = new Eye({
      watch,
      model,
      filter,
      layout: () => this.#output.layout,
      say: (note) => front.say(note, "trouble"),
      moved: () => this.#output.hint(),
    });
    this.#model = model;
    this.#eye = eye;
    this.#front = front;
    this.#typing = new Typing({
      front,
      keys,
      chosen: () => eye.chosen,
      isBlind: () => this.#output.layout.kind === "tooSmall",
      act: (action, chosen) => this.#do(action, chosen),
    });
    const { observation } = watch;
    const onTyped = (typed: Typed): void => this.#typed(typed);
    this.#output = new ScreenOutput(options, { observation, model, eye, front, onTyped });
    this.#output.show();
  }

  get state(): ViewState {
    return this.#eye.state;
  }

  /** Takes in what is new, unless frozen, and shows it. */
  frame(): void {
    if (this.#front.closed.aborted) return;
    this.#model.take();
    this.#front.age();
    this.#output.hint();
    this.#output.show();
  }

  /** Everything anew: another size, or somebody else wrote to the terminal. */
  redraw(size: Size): void {
    this.#output.redraw(size);
  }

  /** Keys that come after it, and answers to what was asked before, are too late. */
  close(): void {
    this.#front.end();
    this.#output.close();
  }

  #frontOptions(): FrontOptions {
    const { watch, keys, remarks = null } = this.#options;
    return {
      observation: watch.observation,
      keys,
      remarks,
      model: () => this.#model.current,
      filter: () => this.#eye.state.filter,
      setFilter: (filter) => {
        this.#model.setFilter(filter);
        this.#eye.setFilter(filter);
        this.frame();
      },
      find: (find) => {
        this.#eye.find(find);
        this.#output.show();
      },
      act: (action) => this.#do(action),
      whenGone: (name) => this.#whenGone(name),
      goTo: (ring, slot) => {
        this.#eye.goTo(ring, slot);
        this.#output.show();
      },
      changed: () => this.#output.lay(),
    };
  }

  #typed(typed: Typed): void {
    if (this.#front.closed.aborted) return;
    if (typed.kind === "mouse") {
      // what lies in front has the keys only
      if (!this.#options.mouse || this.#front.overlay) return;
      this.#front.forget();
      this.#eye.point(typed.report);
      this.#output.show();
      return;
    }
    // what was meant is the one that was shown
    const shown = this.#eye.chosen;
    this.#model.takeIfStale();
    this.#front.forget();
    this.#output.together(() => this.#typing.take(typed, shown));
  }

  #do(action: Action, chosen = this.#eye.chosen): void {
    const { quit, suspend, watch, style, write } = this.#options;
    const [front, output] = [this.#front, this.#output];
    if (action === "leave") quit("stop");
    else if (action === "quit") leave(front, watch.observation, quit);
    else if (action === "suspend") suspend();
    else if (action === "redraw") output.redraw(output.layout.size);
    // painted anew, without the message that this key has taken away
    else if (action === "dump") writeScreen(front, output.paint(), style.glyphs);
    else if (action === "copy") {
      const text = inspectedText(this.#eye.state, this.#model.current);
      copySelected(front, text, process.env, write);
    } else if (!perform(action, front, chosen)) {
      this.#eye.look(action as ViewAction);
    }
    output.show();
  }

  /** Nothing is selected that cannot be shown now. */
  #whenGone(name: Named): () => void {
    const successor = successorOf(name, this.#eye.state, this.#model.current);
    return () => {
      if (this.#options.mayWrite?.() === false) return;
      const next = successor(this.#eye.state, this.#model.current);
      if (next === null) return;
      this.#eye.toCommand(next);
      this.#output.show();
    };
  }
}
