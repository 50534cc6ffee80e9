// SPDX-License-Identifier: MIT
// The fault rules of one owner: which of them acts on a command, and how often each did.

import { SEED_X86_64 } from "../../abi/seed.js";
import type { JoinedEvent } from "../../expression/joined-event.js";
import type { FaultAction, Faults } from "../../target/faults.js";
import type { Command } from "../../target/responder.js";
import { CommandEvent } from "../command-event.js";
import type { FaultRule } from "./fault-rule.js";
import { SeededRandom } from "./seeded-random.js";

/** One rule with its counts, for whoever lists them. */
export interface FaultCount {
  /** From 1, never used again. */
  readonly id: number;
  readonly rule: string;
  /** Commands that matched; those an earlier rule acted on were not asked of it. */
  readonly hits: number;
  /** Commands it acted on. */
  readonly fired: number;
}

class ActiveRule {
  hits = 0;
  fired = 0;
  readonly #random: SeededRandom;

  constructor(
    readonly id: number,
    readonly rule: FaultRule,
  ) {
    this.#random = new SeededRandom(rule.seed);
  }

  fires(event: JoinedEvent): boolean {
    const { expression, every, chance } = this.rule;
    if (!expression.matches(event)) return false;
    if (++this.hits % every !== 0) return false;
    if (chance < 1 && this.#random.draw() >= chance) return false;
    this.fired++;
    return true;
  }
}

/** Rules are asked in the order they were added; the first that fires wins. Engine thread. */
export class FaultRules implements Faults {
  readonly #event = new CommandEvent(SEED_X86_64);
  #rules: ActiveRule[] = [];
  #lastId = 0;

  constructor(rules: readonly FaultRule[] = []) {
    for (const rule of rules) this.add(rule);
  }

  /** Returns its id. */
  add(rule: FaultRule): number {
    this.#rules.push(new ActiveRule(++this.#lastId, rule));
    return this.#lastId;
  }

  /** False: no such rule. */
  delete(id: number): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((active) => active.id !== id);
    return this.#rules.length < before;
  }

  list(): FaultCount[] {
    return this.#rules.map(({ id, rule, hits, fired }) => ({ id, rule: rule.text, hits, fired }));
  }

  match(command: Command): FaultAction | null {
    const rules = this.#rules;
    if (rules.length === 0) return null;
    this.#event.point(command);
    for (let i = 0; i < rules.length; i++) {
      const active = rules[i] as ActiveRule;
      if (active.fires(this.#event)) return active.rule.action;
    }
    return null;
  }
}
