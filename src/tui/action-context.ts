// SPDX-License-Identifier: MIT
// What an action of the eye needs of the frame that is shown.

import type { Watch } from "../session/watch.js";
import { BookCursor } from "./event-cursor.js";
import { findTask, flightNames } from "./flight-rows.js";
import { inspect } from "./inspected.js";
import { inspectedFields } from "./inspector.js";
import type { Layout } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { ActionContext } from "./view-state.js";

/** `filtered`: what is in flight is listed with a filter. */
export function actionContext(
  watch: Watch,
  model: ScreenModel,
  layout: Layout,
  filtered: boolean,
): ActionContext {
  const { dialect, look, book } = model;
  const kuring = layout.kind === "full" ? layout.kuring : null;
  return {
    nrEntry: dialect.nrEntry,
    entrySize: dialect.entrySize,
    slotsPerLine: kuring ? kuring.perLine * kuring.slotsPerCell : 1,
    inFlight: flightNames(model, filtered),
    events: new BookCursor(book, dialect.nrEntry, (expression) => watch.historyFilter(expression)),
    findRequest: (hostNo, cid) => look.kuring.findRequest(hostNo, cid),
    requestEvent: (name) =>
      "cid" in name
        ? model.requestEvent(name.hostNo, name.cid)
        : (findTask(model, name)?.request ?? null),
    fields: (state) => inspectedFields(inspect(state, model), model),
  };
}
