// SPDX-License-Identifier: MIT
// One verb asked of a running owner: connect, call, print, hang up.

import { hanging, printable } from "../features/text-layout.js";
import type { OwnerVerb } from "../features/verbs/owner-verb.js";
import { joinOwner } from "../session/join.js";

/** Where the rest of a line too long for a screen begins. */
const CONTINUED = 4;

/** What every command that talks to an owner is given. */
export interface VerbArguments {
  device: string;
  json: boolean;
  quiet: boolean;
}

/** Errors: those of reaching the owner, and what the owner says. */
export async function askOwner<Result>(
  args: VerbArguments,
  verb: OwnerVerb<Result>,
): Promise<void> {
  const owner = await joinOwner(args.device);
  try {
    const result = (await owner.call(verb.method, verb.params)) as Result;
    print(args, verb, result);
  } finally {
    owner.close();
  }
}

function print<Result>(
  args: VerbArguments,
  { schema, text }: OwnerVerb<Result>,
  result: Result,
): void {
  if (args.json) {
    process.stdout.write(`${JSON.stringify({ schema: `tgtctl.${schema}/1`, ...result })}\n`);
    return;
  }
  const lines = text(result).flatMap((line) => hanging(printable(line), CONTINUED));
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
