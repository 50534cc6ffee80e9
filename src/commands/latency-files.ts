// SPDX-License-Identifier: MIT
// The files that `tgtctl latency` was asked for, tried before it measures.
import { hgrmText } from "../features/latency/hgrm.js";
import type { Measured } from "../features/latency/measured.js";
import { OutputFile, pathOfMode } from "../features/latency/output-file.js";
import { checkConverter, pngOf } from "../features/latency/png.js";
import { latencySvg } from "../features/latency/svg.js";
import { type LatencyReports, WAIT_MODES, type WaitMode } from "../session/latency/report.js";

const PNG = /\.png$/i;

export interface FilesAsked {
  readonly hgrm?: string;
  readonly svg?: string;
  readonly mode: WaitMode | "all";
}

export class LatencyFiles {
  readonly #hgrm: readonly { readonly mode: WaitMode; readonly file: OutputFile }[];
  readonly #picture: OutputFile | null;

  /** Errors: `cannotCreate`; `unavailable`: nothing there makes a PNG. */
  constructor({ hgrm, svg, mode }: FilesAsked) {
    if (svg !== undefined && PNG.test(svg)) checkConverter();
    const several = mode === "all";
    const modes = several ? WAIT_MODES : [mode];
    const paths = hgrm === undefined ? [] : modes.map((each) => pathOfMode(hgrm, each, several));
    this.#hgrm = paths.map((path, i) => ({
      mode: modes[i] ?? "poll",
      file: new OutputFile(path),
    }));
    this.#picture = svg === undefined ? null : new OutputFile(svg);
  }

  /** Errors: `cannotCreate`, `unavailable`. */
  write({ reports }: LatencyReports, measured: Measured): void {
    for (const { mode, file } of this.#hgrm) {
      const report = reports.find((each) => each.mode === mode && each.wakeup.count > 0);
      if (report) file.write(hgrmText(report.wakeup));
    }
    const picture = this.#picture;
    if (picture === null) return;
    const svg = latencySvg(reports, measured);
    picture.write(PNG.test(picture.path) ? pngOf(svg) : svg);
  }

  /** Once. */
  close(): void {
    for (const { file } of this.#hgrm) file.close();
    this.#picture?.close();
  }
}
