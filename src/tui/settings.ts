// SPDX-License-Identifier: MIT
// How the screen looks and which keys it has: the command line, then the environment, then the
// user's file, then what fits everywhere.

import { TgtctlError } from "../errors.js";
import { type Config, configPath, loadConfig } from "./config.js";
import { terminalGlyphs } from "./glyphs.js";
import { KeyTable } from "./key-bindings.js";
import { MOUSE_ROWS } from "./mouse.js";
import { hasColors } from "./terminal.js";
import { isThemeName, type Style, THEME_NAMES, THEMES, type ThemeName } from "./theme.js";

/** As typed. */
export interface WantedLook {
  readonly theme: string | null;
  /** False also by NO_COLOR. */
  readonly color: boolean;
  readonly ascii: boolean;
  readonly mouse?: boolean;
}

export interface ScreenSettings {
  readonly style: Style;
  readonly keys: KeyTable;
  readonly mouse: boolean;
}

/** Errors: `usage`, `permission`, `io`, before anything is opened. */
export function readSettings(wanted: WantedLook, env: NodeJS.ProcessEnv): ScreenSettings {
  const asked = namedTheme(wanted.theme);
  const config = loadConfig(configPath(env));
  const mouse = wanted.mouse === true || config.mouse;
  return {
    style: {
      theme: THEMES[asked ?? quietTheme(wanted.color, config, env.TERM)],
      glyphs: wanted.ascii || config.ascii ? "ascii" : terminalGlyphs(env),
    },
    keys: mouse ? new KeyTable([...config.keys.rows, ...MOUSE_ROWS]) : config.keys,
    mouse,
  };
}

function namedTheme(name: string | null): ThemeName | null {
  if (name === null || isThemeName(name)) return name;
  throw new TgtctlError(
    "usage",
    `--theme ${JSON.stringify(name)}: no such theme`,
    `there are ${THEME_NAMES.join(", ")}`,
  );
}

/** The file is for all of the user's terminals, so what this one cannot show goes before it. */
function quietTheme(color: boolean, config: Config, term: string | undefined): ThemeName {
  return hasColors(color, term) ? (config.theme ?? "16") : "mono";
}
