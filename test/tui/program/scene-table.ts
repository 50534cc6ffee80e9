// SPDX-License-Identifier: MIT
// The scenes that are made on the simulator, and what there is to see of each.

export interface Scene {
  readonly golden: string;
  readonly sim: string;
  readonly hold?: true;
  /** By a second process, once there is none any more. */
  readonly inject?: readonly string[];
  /** In the end, to what the scene is about. */
  readonly keys?: string;
  /** On each size, once it is so. */
  readonly shows: RegExp;
  /** In the maps where there are any. */
  readonly letters: RegExp;
  readonly keyLine: RegExp;
}

const ENDS = "rate=400,count=40";
const OWNER_KEYS = /H hold/;

export const SCENES: Readonly<Record<string, Scene>> = {
  idle: {
    golden: "idle",
    sim: ENDS,
    shows: /in flight 0/,
    letters: /^[qdr.]+$/,
    keyLine: OWNER_KEYS,
  },
  busy: {
    golden: "busy",
    sim: "rate=300",
    shows: /[1-9]\d* cmd\/s/,
    letters: /^[qdrQDR.]+$/,
    keyLine: OWNER_KEYS,
  },
  "held with commands in flight": {
    golden: "held",
    sim: "rate=300",
    hold: true,
    keys: "\t\t\t",
    shows: /HELD 32[\s\S]*in flight 32/,
    letters: /^[qdr.]*#{16,32}[qdr.]*$/,
    keyLine: /s step +e edit/,
  },
  "ring full": {
    golden: "full",
    sim: ENDS,
    inject: ["--malform", "filled-ring", "--no-kick", "--leave"],
    keys: "\t", // a summary tells of the ring in focus only
    shows: /512 publ\./,
    letters: /^[qd.]+[RM]+$/,
    keyLine: OWNER_KEYS,
  },
  "malformed slot": {
    golden: "malformed",
    sim: ENDS,
    inject: ["--type", "CMD_RSP", "--status", "57005", "--no-kick", "--leave"],
    shows: /1 wrong|!\./,
    letters: /^[qdr.]+!\.*$/,
    keyLine: OWNER_KEYS,
  },
};
