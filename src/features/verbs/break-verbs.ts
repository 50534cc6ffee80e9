// SPDX-License-Identifier: MIT
// Breakpoints of an owner: what is asked, and the answer in words.
import { compile } from "../../expression/compile.js";
import type { BreakpointList } from "../../session/engine/verbs.js";
import type { BreakpointState } from "../../session/hold/breakpoints.js";
import type { OwnerVerb } from "./owner-verb.js";
import { wholeNumber } from "./whole-number.js";

/** Errors: ExpressionError, before anybody is asked. */
export function breakAdd(expression: string, once: boolean): OwnerVerb<BreakpointState> {
  compile(expression, { what: "EXPR" });
  return {
    method: "break.add",
    params: { expression, once },
    schema: "breakpoint",
    text: (breakpoint) => [breakpointText(breakpoint)],
  };
}

export function breakList(): OwnerVerb<BreakpointList> {
  return {
    method: "break.list",
    params: {},
    schema: "breakpoints",
    text: ({ breakpoints }) =>
      breakpoints.length === 0 ? ["no breakpoint"] : breakpoints.map(breakpointText),
  };
}

/** Errors: `usage`. */
export function breakDelete(id: string): OwnerVerb<BreakpointState> {
  return {
    method: "break.delete",
    params: { id: wholeNumber("break delete", id, [1, Number.MAX_SAFE_INTEGER]) },
    schema: "breakpoint",
    text: (breakpoint) => [`deleted ${breakpointText(breakpoint)}`],
  };
}

/** `12 hits` */
export function hitsText(hits: number): string {
  return `${hits} ${hits === 1 ? "hit" : "hits"}`;
}

function breakpointText({ id, expression, once, hits }: BreakpointState): string {
  return `breakpoint ${id}: ${expression}  (${hitsText(hits)}${once ? ", once" : ""})`;
}
