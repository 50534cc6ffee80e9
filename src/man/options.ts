// SPDX-License-Identifier: MIT
// The options of the command line for the man page: what yargs would be told, written down.

import type { Argv, Options } from "yargs";

export interface ToldOption {
  readonly name: string;
  readonly spec: Options;
}

export interface ToldOptions {
  readonly options: readonly ToldOption[];
  readonly epilogue: string;
}

/** `describe`: what a command does with its parser; options and epilogue are all it may ask for. */
export function toldOptions(describe: (parser: Argv) => unknown): ToldOptions {
  const options: ToldOption[] = [];
  let epilogue = "";
  const recorder = {
    option(name: string, spec: Options) {
      options.push({ name, spec });
      return recorder;
    },
    epilogue(text: string) {
      epilogue = text;
      return recorder;
    },
  };
  describe(recorder as unknown as Argv);
  return { options: options.filter(({ spec }) => spec.hidden !== true), epilogue };
}

/** `-n, --count NUMBER`; a switch that is on with the way to switch it off. */
export function optionTerm({ name, spec }: ToldOption): string {
  const short = typeof spec.alias === "string" ? `-${spec.alias}, ` : "";
  if (spec.type !== "boolean") return `${short}--${name} ${spec.type?.toUpperCase() ?? ""}`.trim();
  return `${short}--${name}${spec.default === true ? `, --no-${name}` : ""}`;
}

/** ` (default 1)`, "" where there is none worth a word. */
export function optionDefault({ spec }: ToldOption): string {
  if (spec.defaultDescription) return ` (default ${spec.defaultDescription})`;
  const { default: value } = spec;
  if (value === true) return " (the default)";
  return typeof value === "number" || typeof value === "string" ? ` (default ${value})` : "";
}
