// SPDX-License-Identifier: MIT
// The dialects this program knows, by the name the user gives. Nothing in memory tells them apart.
import { TgtctlError } from "../errors.js";
import type { Dialect } from "./dialect.js";
import { SEED_I386, SEED_X86_64 } from "./seed.js";

const DIALECTS: readonly Dialect[] = [SEED_X86_64, SEED_I386];

/** Every known name, the default first. */
export const DIALECT_NAMES: readonly string[] = DIALECTS.map((dialect) => dialect.name);

/** The dialect called `name`. Throws `usage`, naming the known ones. */
export function dialectByName(name: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect.name === name);
  if (found) return found;
  throw new TgtctlError(
    "usage",
    `unknown dialect ${JSON.stringify(name)}`,
    `known dialects: ${DIALECT_NAMES.join(", ")}`,
  );
}
