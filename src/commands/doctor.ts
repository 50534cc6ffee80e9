// SPDX-License-Identifier: MIT
// `tgtctl doctor`: what is there, what is missing, what to do about it.
import type { CommandModule } from "yargs";
import { EXIT_CODES } from "../errors.js";
import { examine, type Finding } from "../features/doctor.js";
import { examples } from "./examples.js";

interface DoctorArguments {
  device: string;
  json: boolean;
}

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: "doctor",
  builder: (parser) =>
    parser.epilogue(
      examples(
        ["$0 doctor", "what is missing, and what to do about it"],
        ["$0 doctor --json", "the same for a script"],
      ),
    ) as never,
  handler: (args) => {
    const findings = examine(args.device, {
      isTty: process.stdout.isTTY === true,
      columns: process.stdout.columns ?? 0,
      rows: process.stdout.rows ?? 0,
      term: process.env.TERM ?? "",
    });
    process.stdout.write(args.json ? asJson(args.device, findings) : asText(findings));
    if (findings.some((f) => f.verdict === "fail")) process.exitCode = EXIT_CODES.found;
  },
};

function asJson(device: string, findings: readonly Finding[]): string {
  return `${JSON.stringify({ schema: "tgtctl.doctor/1", device, findings })}\n`;
}

function asText(findings: readonly Finding[]): string {
  return findings
    .map((f) => {
      const line = `${f.verdict.padEnd(8)} ${f.check.padEnd(11)} ${f.text}\n`;
      return f.remedy === "" ? line : `${line}${" ".repeat(21)}${f.remedy}\n`;
    })
    .join("");
}
