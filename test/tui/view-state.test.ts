// SPDX-License-Identifier: MIT
// What each key of the eye does to the state, and that no sequence of them leaves it invalid.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { actionContext } from "../../src/tui/action-context.js";
import { Cells } from "../../src/tui/cells.js";
import { eventsTitle } from "../../src/tui/event-list.js";
import { layoutFor } from "../../src/tui/layout.js";
import { modelParts, type ScreenModel, takeModel } from "../../src/tui/model.js";
import { paint } from "../../src/tui/paint.js";
import { chosenOf } from "../../src/tui/selection.js";
import { act, INITIAL_VIEW, type ViewAction, type ViewState } from "../../src/tui/view-state.js";
import { done, request, response } from "../session/follow/ring-model.js";
import { type BusyScene, busyScene } from "./scenes.js";

const LAYOUT = layoutFor({ columns: 120, rows: 40 }, 512);

/** A screen without a terminal. */
class Eye {
  readonly scene: BusyScene = busyScene();
  readonly #parts = modelParts(this.scene.watch);
  state: ViewState = { ...INITIAL_VIEW, slots: { kuring: 89, ukring: 300 } };
  model: ScreenModel = this.look();

  look(): ScreenModel {
    this.scene.watch.refresh();
    this.model = takeModel(this.scene.watch, this.#parts);
    return this.model;
  }

  context() {
    return actionContext(this.scene.watch, this.model, LAYOUT, this.state.filter !== null);
  }

  do(...actions: ViewAction[]): ViewState {
    for (const action of actions) {
      this.state = act(this.state, action, this.context());
      this.model.book.keep([this.state.event, this.state.shown]);
      this.model.book.freeze(this.state.frozen);
    }
    return this.state;
  }

  choose(choice: Partial<ViewState>): this {
    this.state = { ...this.state, ...choice };
    if ("filter" in choice) this.model.book.setFilter(this.state.filter);
    return this;
  }
}

const eventOf = (eye: Eye): string => {
  const past = eye.state.shown === null ? null : eye.model.book.get(eye.state.shown);
  return past ? `${past.ring} ${past.index}` : "the slot";
};

describe("the focus", () => {
  it("goes round all five, and back", () => {
    const eye = new Eye();
    const order = Array.from({ length: 5 }, () => eye.do("focusNext").focus);
    expect(order).toEqual(["ukring", "events", "flight", "fields", "kuring"]);
    expect(eye.do("focusBack").focus).toBe("fields");
  });
});

describe("the list of events", () => {
  it("follows until something is selected, and again past the newest", () => {
    const eye = new Eye().choose({ focus: "events" });
    expect(eye.do("down").event).toBeNull();
    const newest = eye.model.book.newest - 1;
    expect(eye.do("up").event).toBe(newest);
    expect(eye.do("up").event).toBe(newest - 1);
    expect(eye.do("pageUp", "pageDown", "down").event).toBe(newest);
    expect(eye.do("down").event).toBeNull();
    expect(eye.do("home").event).toBe(0);
    expect(eye.do("end").event).toBeNull();
  });

  it("keeps the selected event while others come, and shows it in its ring", () => {
    const eye = new Eye().choose({ focus: "events" });
    eye.do("up", "up", "up", "up");
    const before = eye.state.event;
    expect([eye.state.ring, eye.state.slots.ukring]).toEqual(["ukring", 300]);
    eye.scene.model.receive();
    eye.scene.model.send(request(900));
    eye.look();
    expect(eye.state.event).toBe(before);
    expect(eventOf(eye)).toBe("ukring 300");
  });

  it("of a filter goes through the matching events only", () => {
    const eye = new Eye().choose({ focus: "events", filter: compile("type == TSK_MGMT_REQ") });
    eye.do("up");
    expect(eventOf(eye)).toBe("kuring 604");
    expect(eye.do("up").event).toBe(eye.state.event);
    expect(eye.do("down").event).toBeNull();
  });
});

describe("ways", () => {
  it("Enter on an event leads to its slot, on a command to its request, on a slot to its fields", () => {
    const eye = new Eye().choose({ focus: "events" });
    eye.do("up", "up", "up", "up", "goTo");
    expect([eye.state.focus, eye.state.slots.ukring]).toEqual(["ukring", 300]);
    expect(eye.do("goTo").focus).toBe("fields");
    eye.choose({ focus: "flight" }).do("down", "down", "goTo");
    expect([eye.state.focus, eye.state.slots.kuring]).toEqual(["kuring", 89]);
    expect(eventOf(eye)).toBe("kuring 601");
  });

  it("m goes from a request to its answer and back", () => {
    const eye = new Eye();
    eye.choose({ slots: { ...eye.state.slots, kuring: 88 } }).do("mate");
    expect([eventOf(eye), eye.state.focus]).toEqual(["ukring 300", "ukring"]);
    eye.do("mate");
    expect([eventOf(eye), eye.state.focus]).toEqual(["kuring 600", "kuring"]);
    eye.choose({ slots: { ...eye.state.slots, kuring: 89 }, shown: null }).do("mate");
    expect(eye.state.note).toContain("nothing else of this command");
  });

  it("[ and ] go through what the slot held, and say where that ends", () => {
    const eye = new Eye();
    expect(eye.do("newer").note).toContain("holds now");
    eye.do("older");
    expect([eventOf(eye), eye.state.note]).toEqual(["kuring 89", null]);
    expect(eye.do("older").note).toContain("reach back");
    eye.do("newer");
    expect([eventOf(eye), eye.state.slots.kuring]).toEqual(["the slot", 89]);
    eye.choose({ focus: "events" }).do("older", "newer");
    expect(eventOf(eye)).toBe("kuring 601");
    eye.do("newer");
    expect(eventOf(eye)).toBe("the slot");
  });

  it("back in the present, and along a map, the list of events follows again", () => {
    const eye = new Eye();
    eye.do("older");
    expect(eye.state.event).not.toBeNull();
    eye.do("newer");
    expect([eye.state.shown, eye.state.event]).toEqual([null, null]);
    expect(eventsTitle(eye.model, eye.state)).toBe("events  following");
    expect(eye.do("older").event).not.toBeNull();
    expect(eye.do("right").event).toBeNull();
  });

  it("back in the present, the list that the eye is on stays where it is", () => {
    const eye = new Eye().choose({ focus: "events" });
    const { event } = eye.do("up", "up");
    expect(event).not.toBeNull();
    eye.do("newer");
    expect([eye.state.shown, eye.state.event]).toEqual([null, event]);
  });

  it("n and N go to what is looked for, and say when there is none", () => {
    const eye = new Eye();
    expect(eye.do("findNext").note).toContain("nothing is looked for");
    eye.choose({ find: compile("verdict == EFAULT") }).do("findNext");
    expect(eventOf(eye)).toBe("ukring 300");
    expect(eye.do("findNext").note).toBe("no older event matches verdict == EFAULT");
    expect(eye.do("findBack").note).toBe("no newer event matches verdict == EFAULT");
    expect(eventOf(eye)).toBe("ukring 300");
  });
});

describe("fields", () => {
  it("are stepped by name with up and down, by byte with left and right", () => {
    const eye = new Eye().choose({ focus: "fields" });
    const bytes = ["down", "down", "down", "down", "right", "up", "end", "home"] as const;
    expect(bytes.map((action) => eye.do(action).byte)).toEqual([4, 8, 48, 52, 53, 48, 88, 0]);
    expect(eye.do("left").byte).toBe(0);
    expect(eye.do("pageDown", "pageDown", "pageDown", "pageDown", "pageDown").byte).toBe(80);
    expect(eye.do("pageDown").byte).toBe(95);
  });

  it("down reaches every field that can be reached, up the same ones", () => {
    const eye = new Eye().choose({ focus: "fields", byte: 0 });
    const down: number[] = [0];
    for (;;) {
      const { byte } = eye.do("down");
      if (byte === down.at(-1)) break;
      down.push(byte);
    }
    const up = [down.at(-1) ?? 0];
    while (up.at(-1) !== 0) up.push(eye.do("up").byte);
    expect(up.reverse()).toEqual(down);
    expect(down.length).toBeGreaterThan(9);
  });
});

describe("the command that actions mean", () => {
  it("is that of the selected event, of the command's row, of the slot", () => {
    const eye = new Eye().choose({ focus: "events" });
    eye.do("up");
    expect(chosenOf(eye.state, eye.model)?.name).toEqual({ hostNo: 3, cid: 306 });
    eye.choose({ focus: "fields" });
    expect(chosenOf(eye.state, eye.model)?.name).toEqual({ hostNo: 3, cid: 306 });
    eye.choose({ focus: "flight" }).do("home");
    expect(chosenOf(eye.state, eye.model)?.name).toEqual({ hostNo: 3, cid: 301 });
    eye.choose({ focus: "kuring", shown: null, slots: { kuring: 90, ukring: 0 } });
    expect(chosenOf(eye.state, eye.model)?.name).toEqual({ hostNo: 3, cid: 303 });
  });
});

describe("the list in flight", () => {
  it("has functions among its commands, with their request shown", () => {
    const eye = new Eye().choose({ focus: "flight" });
    const names = eye.context().inFlight;
    expect(names.slice(0, 3)).toEqual([
      { hostNo: 3, cid: 301 },
      { hostNo: 3, cid: 302 },
      { hostNo: 3, mid: 7n },
    ]);
    eye.do("home", "down", "down");
    expect(eye.state.command).toEqual({ hostNo: 3, mid: 7n });
    expect(eventOf(eye)).toBe("kuring 604");
    expect(eye.do("up").command).toEqual({ hostNo: 3, cid: 302 });
    expect(eye.do("down", "goTo").slots.kuring).toBe(92);
  });
});

describe("any sequence of actions", () => {
  const action = fc.constantFrom<ViewAction>(
    "left",
    "right",
    "up",
    "down",
    "pageUp",
    "pageDown",
    "home",
    "end",
    "focusNext",
    "focusBack",
    "goTo",
    "mate",
    "older",
    "newer",
    "findNext",
    "findBack",
    "freeze",
  );
  const happening = fc.oneof(
    { weight: 8, arbitrary: action },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 400 }) },
    { weight: 1, arbitrary: fc.constantFrom("cid < 305", "type == CMD_RSP", "cid == 1e9", "") },
  );

  it("leaves a selection that is there, and can be painted", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const eye = new Eye().choose({ find: compile("type == CMD_DONE") });
        for (const each of happenings) {
          if (typeof each === "number") busy(eye, each);
          else if (/^[a-z]+[A-Z]?[a-z]*$/.test(each)) eye.do(each as ViewAction);
          else
            eye.choose({ filter: each === "" ? null : compile(each.replace("1e9", "1000000000")) });
          const { state, model } = eye;
          for (const slot of Object.values(state.slots)) expect(slot >= 0 && slot < 512).toBe(true);
          expect(state.byte >= 0 && state.byte < 96).toBe(true);
          if (state.event !== null) expect(model.book.get(state.event)).not.toBeNull();
          const cells = new Cells(120, 40);
          paint(cells, {
            layout: LAYOUT,
            model,
            state,
            behind: 0,
            front: null,
            message: null,
            cost: null,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  function busy(eye: Eye, commands: number): void {
    const { model } = eye.scene;
    for (let cid = 2000; cid < 2000 + commands; cid++) {
      model.receive();
      model.send(request(cid));
      model.receive();
      model.answer(response(cid));
      model.kick();
      model.send(done(cid));
      eye.scene.watch.pump();
    }
    if (!eye.state.frozen) eye.look();
  }
});
