// SPDX-License-Identifier: MIT
// The persistent reservation of one logical unit and who is registered, an I_T nexus being a host_no. SPC-4 5.12.
import type { AccessRule } from "../commands/command-access.js";
import { conflicts, type ReservationType, type Standing } from "./reservation-types.js";
import {
  DONE,
  type Done,
  REGISTRATIONS_PREEMPTED,
  RESERVATIONS_PREEMPTED,
  RESERVATIONS_RELEASED,
  tell,
  type Verdict,
} from "./reservation-verdicts.js";

/**
 * Lives as long as the owner: PTPL_C is 0, and a new owner is a power on. Resets leave it alone
 * (SPC-4 5.12.5). Keys are 64-bit; 0 stands for no registration.
 */
export class Reservations {
  readonly #keys = new Map<number, bigint>();
  #generation = 0;
  #held: { readonly type: ReservationType; readonly holder: number } | null = null;

  /** There is a reservation; while there is none, nothing conflicts. */
  get active(): boolean {
    return this.#held !== null;
  }

  /** PRGENERATION, 32 bits, wrapping. */
  get generation(): number {
    return this.#generation;
  }

  /** host_no -> key, in the order of registration. */
  get registrations(): ReadonlyMap<number, bigint> {
    return this.#keys;
  }

  get type(): ReservationType | null {
    return this.#held?.type ?? null;
  }

  holds(hostNo: number): boolean {
    const held = this.#held;
    if (!held) return false;
    return held.type.allHold ? this.#keys.has(hostNo) : held.holder === hostNo;
  }

  /** The key READ RESERVATION shows: the holder's, 0 where all registrants hold. */
  get holderKey(): bigint {
    const held = this.#held;
    return (held && !held.type.allHold && this.#keys.get(held.holder)) || 0n;
  }

  /** Shall the command end with RESERVATION CONFLICT? */
  conflict(hostNo: number, access: AccessRule, cdb: Uint8Array): boolean {
    const held = this.#held;
    if (!held) return false;
    const rule = typeof access === "function" ? access(cdb) : access;
    return conflicts(held.type, this.#standing(hostNo), rule);
  }

  /** REGISTER. SPC-4 5.12.7. */
  register(hostNo: number, key: bigint, actionKey: bigint): Verdict {
    if (key !== (this.#keys.get(hostNo) ?? 0n)) return "conflict";
    return this.registerIgnoring(hostNo, actionKey);
  }

  /** REGISTER AND IGNORE EXISTING KEY. To unregister who is not registered is no change. */
  registerIgnoring(hostNo: number, actionKey: bigint): Verdict {
    if (actionKey === 0n) return this.#keys.has(hostNo) ? this.#unregister(hostNo) : DONE;
    this.#keys.set(hostNo, actionKey);
    this.#changed();
    return DONE;
  }

  /** RESERVE; again by a holder with the same type is no change. SPC-4 5.12.9. */
  reserve(hostNo: number, key: bigint, type: ReservationType | null): Verdict {
    if (!this.#is(hostNo, key)) return "conflict";
    if (!type) return "type";
    if (!this.#held) this.#held = { type, holder: hostNo };
    return this.holds(hostNo) && this.#held.type === type ? DONE : "conflict";
  }

  /** RELEASE; by a registered nexus that holds nothing it is no change. SPC-4 5.12.11.2. */
  release(hostNo: number, key: bigint, type: ReservationType | null): Verdict {
    if (!this.#is(hostNo, key)) return "conflict";
    if (!this.holds(hostNo)) return DONE;
    if (this.#held?.type !== type) return "release";
    return this.#endOfHeld(hostNo);
  }

  /** CLEAR. SPC-4 5.12.11.6. */
  clear(hostNo: number, key: bigint): Verdict {
    if (!this.#is(hostNo, key)) return "conflict";
    const notices = tell(this.#others(hostNo), RESERVATIONS_PREEMPTED);
    this.#keys.clear();
    this.#held = null;
    this.#changed();
    return { notices, lost: [] };
  }

  /** PREEMPT, and the first half of PREEMPT AND ABORT. SPC-4 5.12.11.4, 5.12.11.5. */
  preempt(hostNo: number, key: bigint, actionKey: bigint, type: ReservationType | null): Verdict {
    if (!this.#is(hostNo, key)) return "conflict";
    const held = this.#held;
    // Key 0 means a reservation of all registrants, and only that.
    if (held && actionKey === (held.type.allHold ? 0n : this.holderKey)) {
      return type ? this.#takeOver(hostNo, actionKey, held.type, type) : "type";
    }
    return actionKey === 0n ? "action key" : this.#remove(hostNo, actionKey);
  }

  /** The preempting nexus keeps its registration, also if it preempts itself. SPC-4 5.12.11.4.3. */
  #takeOver(hostNo: number, actionKey: bigint, old: ReservationType, type: ReservationType): Done {
    const lost = this.#others(hostNo).filter(
      (other) => old.allHold || this.#keys.get(other) === actionKey,
    );
    for (const other of lost) this.#keys.delete(other);
    this.#held = { type, holder: hostNo };
    this.#changed();
    const kept = old === type ? [] : this.#others(hostNo);
    const notices = [...tell(lost, REGISTRATIONS_PREEMPTED), ...tell(kept, RESERVATIONS_RELEASED)];
    return { notices, lost };
  }

  /** All registrations under the key go, the preempting nexus' own too. SPC-4 5.12.11.4.4. */
  #remove(hostNo: number, actionKey: bigint): Verdict {
    const all = [...this.#keys.keys()].filter((other) => this.#keys.get(other) === actionKey);
    if (all.length === 0) return "conflict";
    for (const other of all) this.#keys.delete(other);
    if (this.#keys.size === 0) this.#held = null;
    this.#changed();
    const lost = all.filter((other) => other !== hostNo);
    return { notices: tell(lost, REGISTRATIONS_PREEMPTED), lost };
  }

  /** SPC-4 5.12.11.3: a holder's reservation goes with it, that of all registrants with the last. */
  #unregister(hostNo: number): Done {
    const held = this.#held;
    this.#keys.delete(hostNo);
    this.#changed();
    if (!held) return DONE;
    const goes = held.type.allHold ? this.#keys.size === 0 : held.holder === hostNo;
    return goes ? this.#endOfHeld(hostNo) : DONE;
  }

  /** Who could do all because it was registered is told that this is over. */
  #endOfHeld(hostNo: number): Done {
    const told = this.#held?.type.registrantsMay ? this.#others(hostNo) : [];
    this.#held = null;
    return { notices: tell(told, RESERVATIONS_RELEASED), lost: [] };
  }

  #is(hostNo: number, key: bigint): boolean {
    return this.#keys.get(hostNo) === key;
  }

  #others(hostNo: number): number[] {
    return [...this.#keys.keys()].filter((other) => other !== hostNo);
  }

  #standing(hostNo: number): Standing {
    if (this.holds(hostNo)) return "holder";
    return this.#keys.has(hostNo) ? "registered" : "stranger";
  }

  /** RESERVE and RELEASE are not counted. SPC-4 6.16.2. */
  #changed(): void {
    this.#generation = (this.#generation + 1) >>> 0;
  }
}
