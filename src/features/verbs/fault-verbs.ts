// SPDX-License-Identifier: MIT
// Fault rules of an owner: what is asked, and the answer in words.
import type { FaultList } from "../../session/engine/verbs.js";
import { parseFaultRule } from "../../session/faults/fault-rule.js";
import type { FaultCount } from "../../session/faults/fault-rules.js";
import { faultReportText } from "../fault-report.js";
import type { OwnerVerb } from "./owner-verb.js";
import { wholeNumber } from "./whole-number.js";

/** Errors: ExpressionError, before anybody is asked. */
export function faultAdd(rule: string): OwnerVerb<FaultCount> {
  parseFaultRule(rule, "RULE");
  return {
    method: "fault.add",
    params: { rule },
    schema: "fault",
    text: ({ id, rule: added }) => [`fault ${id}: ${added}`],
  };
}

export function faultList(): OwnerVerb<FaultList> {
  return {
    method: "fault.list",
    params: {},
    schema: "faults",
    text: ({ faults }) => (faults.length === 0 ? ["no fault rule"] : faults.map(faultReportText)),
  };
}

/** Errors: `usage`. */
export function faultDelete(id: string): OwnerVerb<FaultCount> {
  return {
    method: "fault.delete",
    params: { id: wholeNumber("fault delete", id, [1, Number.MAX_SAFE_INTEGER]) },
    schema: "fault",
    text: (fault) => [`deleted: ${faultReportText(fault)}`],
  };
}
