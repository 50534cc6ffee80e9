// SPDX-License-Identifier: MIT
// How the fields of a CDB are described and read: place, width, and how a person wants to see them.

export interface CdbField {
  readonly label: string;
  /** Byte of the most significant part. */
  readonly at: number;
  /** Bytes, big endian. */
  readonly size: number;
  /** Applied to the value; all bits if absent. */
  readonly mask?: number;
  /** `flag` shows the bare label when the value is not 0. */
  readonly style: "hex" | "decimal" | "flag";
  /** Not shown when 0. */
  readonly quiet?: boolean;
  /** What 0 stands for, e.g. 256 blocks in READ(6). */
  readonly zeroMeans?: number;
  /** Shown only if this flag of the CDB is set. */
  readonly onlyIf?: { readonly at: number; readonly mask: number };
}

type Extra = Partial<Omit<CdbField, "label" | "at" | "size" | "style">>;

/** A field shown as `label=0x1f`. */
export function hex(label: string, at: number, size: number, extra: Extra = {}): CdbField {
  return { label, at, size, style: "hex", ...extra };
}

/** A field shown as `label=31`. */
export function decimal(label: string, at: number, size: number, extra: Extra = {}): CdbField {
  return { label, at, size, style: "decimal", ...extra };
}

/** A bit shown by its name when set. */
export function flag(label: string, at: number, mask: number): CdbField {
  return { label, at, size: 1, mask, style: "flag" };
}

/** The value of a field; bytes the CDB does not have read as 0. */
export function readCdbField(cdb: Uint8Array, field: CdbField): bigint {
  let value = 0n;
  for (let i = field.at; i < field.at + field.size; i++)
    value = (value << 8n) | BigInt(cdb[i] ?? 0);
  if (field.mask !== undefined) value &= BigInt(field.mask);
  return value === 0n && field.zeroMeans !== undefined ? BigInt(field.zeroMeans) : value;
}

/** `lba=0x38`, `FUA`, or null where there is nothing to show. */
export function cdbFieldText(cdb: Uint8Array, field: CdbField): string | null {
  const { onlyIf } = field;
  if (onlyIf && ((cdb[onlyIf.at] ?? 0) & onlyIf.mask) === 0) return null;
  const value = readCdbField(cdb, field);
  if (field.style === "flag") return value === 0n ? null : field.label;
  if (field.quiet && value === 0n) return null;
  if (field.style === "decimal") return `${field.label}=${value}`;
  // One-byte codes (pages, modes) are written with two digits in the standards.
  return `${field.label}=0x${value.toString(16).padStart(field.size === 1 ? 2 : 1, "0")}`;
}

const DPO = flag("DPO", 1, 0x10);
const FUA = flag("FUA", 1, 0x08);
const PROTECT = hex("protect", 1, 1, { mask: 0xe0, quiet: true });

/** Fields that many commands share, by the shape of their CDB. SBC-3 5.x. */
export const lba6 = hex("lba", 1, 3, { mask: 0x1fffff });
export const blocks6 = decimal("blocks", 4, 1, { zeroMeans: 256 });
export const lba10 = hex("lba", 2, 4);
export const blocks10 = decimal("blocks", 7, 2);
export const blocks12 = decimal("blocks", 6, 4);
export const lba16 = hex("lba", 2, 8);
export const blocks16 = decimal("blocks", 10, 4);

export const RW6: readonly CdbField[] = [lba6, blocks6];
export const RW10: readonly CdbField[] = [lba10, blocks10, PROTECT, DPO, FUA];
export const RW12: readonly CdbField[] = [lba10, blocks12, PROTECT, DPO, FUA];
export const RW16: readonly CdbField[] = [lba16, blocks16, PROTECT, DPO, FUA];
/** COMPARE AND WRITE, alone with a count of one byte. */
export const COMPARE16: readonly CdbField[] = [lba16, decimal("blocks", 13, 1), PROTECT, DPO, FUA];

const BYTCHK = decimal("bytchk", 1, 1, { mask: 0x06, quiet: true });
export const VERIFY10: readonly CdbField[] = [lba10, blocks10, PROTECT, DPO, BYTCHK];
export const VERIFY12: readonly CdbField[] = [lba10, blocks12, PROTECT, DPO, BYTCHK];
export const VERIFY16: readonly CdbField[] = [lba16, blocks16, PROTECT, DPO, BYTCHK];

const UNMAP = flag("UNMAP", 1, 0x08);
const ANCHOR = flag("ANCHOR", 1, 0x10);
const NDOB = flag("NDOB", 1, 0x01);
export const SAME10: readonly CdbField[] = [lba10, blocks10, PROTECT, UNMAP, ANCHOR];
export const SAME16: readonly CdbField[] = [lba16, blocks16, PROTECT, UNMAP, ANCHOR, NDOB];

const IMMED = flag("IMMED", 1, 0x02);
/** A whole-medium range (0, 0) says nothing and is not shown. */
export const RANGE10: readonly CdbField[] = [
  { ...lba10, quiet: true },
  { ...blocks10, quiet: true },
  IMMED,
];
export const RANGE16: readonly CdbField[] = [
  { ...lba16, quiet: true },
  { ...blocks16, quiet: true },
  IMMED,
];

/** ALLOCATION LENGTH and PARAMETER LIST LENGTH in bytes. */
export const alloc = (at: number, size: number): CdbField => decimal("alloc", at, size);
export const params = (at: number, size: number): CdbField => decimal("len", at, size);
