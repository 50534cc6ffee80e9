// SPDX-License-Identifier: MIT
// Operation codes that share one number and are told apart by a service action. SPC-4 annex D.
import { alloc, blocks16, type CdbField, flag, hex, lba16, params } from "./cdb-field.js";
import type { Direction, Operation } from "./opcodes.js";

type Action = string | { readonly name: string; readonly fields: readonly CdbField[] };

interface Family {
  readonly name: string;
  readonly direction: Direction;
  /** Where the service action is. */
  readonly action: CdbField;
  /** Of every action that names none itself. */
  readonly fields: readonly CdbField[];
  readonly actions: Readonly<Record<number, Action>>;
}

const LOW5 = hex("sa", 1, 1, { mask: 0x1f });
const TYPE = hex("type", 2, 1, { mask: 0x0f, quiet: true });
const ZONE = [lba16, flag("ALL", 14, 0x01)];
const OPCODE = [
  hex("options", 2, 1, { mask: 0x07 }),
  hex("opcode", 3, 1, { onlyIf: { at: 2, mask: 0x07 } }),
  hex("sa", 4, 2, { quiet: true }),
];

const PERSISTENT_RESERVE_IN: Family = {
  name: "PERSISTENT RESERVE IN",
  direction: "in",
  action: LOW5,
  fields: [alloc(7, 2)],
  actions: {
    0: "PERSISTENT RESERVE IN(READ KEYS)",
    1: "PERSISTENT RESERVE IN(READ RESERVATION)",
    2: "PERSISTENT RESERVE IN(REPORT CAPABILITIES)",
    3: "PERSISTENT RESERVE IN(READ FULL STATUS)",
  },
};

const PERSISTENT_RESERVE_OUT: Family = {
  name: "PERSISTENT RESERVE OUT",
  direction: "out",
  action: LOW5,
  fields: [TYPE, params(5, 4)],
  actions: {
    0: "PERSISTENT RESERVE OUT(REGISTER)",
    1: "PERSISTENT RESERVE OUT(RESERVE)",
    2: "PERSISTENT RESERVE OUT(RELEASE)",
    3: "PERSISTENT RESERVE OUT(CLEAR)",
    4: "PERSISTENT RESERVE OUT(PREEMPT)",
    5: "PERSISTENT RESERVE OUT(PREEMPT AND ABORT)",
    6: "PERSISTENT RESERVE OUT(REGISTER AND IGNORE EXISTING KEY)",
    7: "PERSISTENT RESERVE OUT(REGISTER AND MOVE)",
    8: "PERSISTENT RESERVE OUT(REPLACE LOST RESERVATION)",
  },
};

/** 32-byte CDBs: only their first 16 bytes fit in an event, so no fields. */
const VARIABLE_LENGTH: Family = {
  name: "VARIABLE LENGTH CDB",
  direction: "vary",
  action: hex("sa", 8, 2),
  fields: [],
  actions: {
    3: "XDREAD(32)",
    4: "XDWRITE(32)",
    6: "XPWRITE(32)",
    7: "XDWRITEREAD(32)",
    9: "READ(32)",
    10: "VERIFY(32)",
    11: "WRITE(32)",
    12: "WRITE AND VERIFY(32)",
    13: "WRITE SAME(32)",
    14: "ORWRITE(32)",
    15: "WRITE ATOMIC(32)",
    16: "WRITE STREAM(32)",
    17: "WRITE SCATTERED(32)",
    18: "GET LBA STATUS(32)",
  },
};

const THIRD_PARTY_COPY_OUT: Family = {
  name: "THIRD-PARTY COPY OUT",
  direction: "out",
  action: LOW5,
  fields: [params(10, 4)],
  actions: {
    0: "EXTENDED COPY(LID1)",
    1: "EXTENDED COPY(LID4)",
    16: "POPULATE TOKEN",
    17: "WRITE USING TOKEN",
    28: "COPY OPERATION ABORT",
  },
};

const THIRD_PARTY_COPY_IN: Family = {
  name: "THIRD-PARTY COPY IN",
  direction: "in",
  action: LOW5,
  fields: [alloc(10, 4)],
  actions: {
    0: "RECEIVE COPY STATUS(LID1)",
    1: "RECEIVE COPY DATA(LID1)",
    3: "RECEIVE COPY OPERATING PARAMETERS",
    4: "RECEIVE COPY FAILURE DETAILS(LID1)",
    5: "RECEIVE COPY STATUS(LID4)",
    6: "RECEIVE COPY DATA(LID4)",
    7: "RECEIVE ROD TOKEN INFORMATION",
    8: "REPORT ALL ROD TOKENS",
  },
};

const ZBC_OUT: Family = {
  name: "ZBC OUT",
  direction: "none",
  action: LOW5,
  fields: ZONE,
  actions: {
    1: "CLOSE ZONE",
    2: "FINISH ZONE",
    3: "OPEN ZONE",
    4: "RESET WRITE POINTER",
    16: "SEQUENTIALIZE ZONE",
  },
};

const ZBC_IN: Family = {
  name: "ZBC IN",
  direction: "in",
  action: LOW5,
  fields: [lba16, alloc(10, 4)],
  actions: { 0: "REPORT ZONES", 5: "REPORT ZONE DOMAINS", 6: "REPORT REALMS" },
};

const SERVICE_ACTION_IN_16: Family = {
  name: "SERVICE ACTION IN(16)",
  direction: "in",
  action: LOW5,
  fields: [alloc(10, 4)],
  actions: {
    12: "REPORT PROVISIONING INITIALIZATION PATTERN",
    16: { name: "READ CAPACITY(16)", fields: [alloc(10, 4)] },
    17: { name: "READ LONG(16)", fields: [lba16] },
    18: { name: "GET LBA STATUS", fields: [lba16, alloc(10, 4)] },
    19: { name: "REPORT REFERRALS", fields: [lba16, alloc(10, 4)] },
    20: "STREAM CONTROL",
    21: "BACKGROUND CONTROL",
    22: "GET STREAM STATUS",
    23: "GET PHYSICAL ELEMENT STATUS",
    24: "REMOVE ELEMENT AND TRUNCATE",
  },
};

const SERVICE_ACTION_OUT_16: Family = {
  name: "SERVICE ACTION OUT(16)",
  direction: "out",
  action: LOW5,
  fields: [],
  actions: {
    17: { name: "WRITE LONG(16)", fields: [lba16] },
    18: { name: "WRITE SCATTERED(16)", fields: [blocks16] },
  },
};

const MAINTENANCE_IN: Family = {
  name: "MAINTENANCE IN",
  direction: "in",
  action: LOW5,
  fields: [alloc(6, 4)],
  actions: {
    5: "REPORT IDENTIFYING INFORMATION",
    10: "REPORT TARGET PORT GROUPS",
    11: "REPORT ALIASES",
    12: {
      name: "REPORT SUPPORTED OPERATION CODES",
      fields: [...OPCODE, alloc(6, 4), flag("RCTD", 2, 0x80)],
    },
    13: {
      name: "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
      fields: [alloc(6, 4), flag("REPD", 2, 0x80)],
    },
    14: "REPORT PRIORITY",
    15: "REPORT TIMESTAMP",
    16: "MANAGEMENT PROTOCOL IN",
  },
};

const MAINTENANCE_OUT: Family = {
  name: "MAINTENANCE OUT",
  direction: "out",
  action: LOW5,
  fields: [params(6, 4)],
  actions: {
    6: "SET IDENTIFYING INFORMATION",
    10: "SET TARGET PORT GROUPS",
    11: "CHANGE ALIASES",
    12: "REMOVE I_T NEXUS",
    14: "SET PRIORITY",
    15: "SET TIMESTAMP",
    16: "MANAGEMENT PROTOCOL OUT",
  },
};

const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [0x5e, PERSISTENT_RESERVE_IN],
  [0x5f, PERSISTENT_RESERVE_OUT],
  [0x7f, VARIABLE_LENGTH],
  [0x83, THIRD_PARTY_COPY_OUT],
  [0x84, THIRD_PARTY_COPY_IN],
  [0x94, ZBC_OUT],
  [0x95, ZBC_IN],
  [0x9e, SERVICE_ACTION_IN_16],
  [0x9f, SERVICE_ACTION_OUT_16],
  [0xa3, MAINTENANCE_IN],
  [0xa4, MAINTENANCE_OUT],
]);

/** Where the service action of `opcode` lies in the CDB, or null if it has none. */
export function serviceActionField(opcode: number): CdbField | null {
  return FAMILIES.get(opcode)?.action ?? null;
}

/** The operation behind an opcode with service actions; an unknown action shows as `sa=0x..`. */
export function findServiceAction(opcode: number, action: number): Operation | null {
  const family = FAMILIES.get(opcode);
  if (!family) return null;
  const { direction } = family;
  const found = family.actions[action];
  if (found === undefined) return { name: family.name, direction, fields: [family.action] };
  if (typeof found === "string") return { name: found, direction, fields: family.fields };
  return { name: found.name, direction, fields: found.fields };
}

export interface ServiceAction {
  readonly opcode: number;
  /** Null: the family itself, whatever the service action. */
  readonly action: number | null;
  readonly name: string;
}

/** Every opcode that has service actions, each family before its actions. */
export function listServiceActions(): ServiceAction[] {
  const listed: ServiceAction[] = [];
  for (const [opcode, { name, actions }] of FAMILIES) {
    listed.push({ opcode, action: null, name });
    for (const [action, found] of Object.entries(actions)) {
      const named = typeof found === "string" ? found : found.name;
      listed.push({ opcode, action: Number(action), name: named });
    }
  }
  return listed;
}
