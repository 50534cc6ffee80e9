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
  readonly #hgrm: { readonly mode: WaitMode; readonly file: OutputFile }[] = [];
  #picture: OutputFile | null = null;

  /** Errors: `cannotCreate`; `unavailable`: nothing there makes a PNG. */
  constructor(asked: FilesAsked) {
    if (asked.svg !== undefined && PNG.test(asked.svg)) checkConverter();
    try {
      this.#open(asked);
    } catch (error) {
      this.close(); // those that could be made are gone again
      throw error;
    }
  }

  #open({ hgrm, svg, mode }: FilesAsked): void {
    const several = mode === "all";
    for (const each of several ? WAIT_MODES : [mode]) {
      if (hgrm === undefined) break;
      this.#hgrm.push({ mode: each, file: new OutputFile(pathOfMode(hgrm, each, several)) });
    }
    if (svg !== undefined) this.#picture = new OutputFile(svg);
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
