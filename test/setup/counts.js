// SPDX-License-Identifier: MIT
// What a stage of test/run.sh comes to: counts.js FILE STATUS prints "PASSED FAILED".
// FILE is {passed, failed} or vitest's JSON report; without it the stage is one step.
// A stage that ends badly has failed, whatever its file says; so has, under CI, a skipped test.
import { existsSync, readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);

function counts() {
  if (!existsSync(file)) return status === "0" ? [1, 0] : [0, 1];
  const report = JSON.parse(readFileSync(file, "utf8"));
  if (report.numTotalTests === undefined) return [report.passed, report.failed];
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) console.error(`${skipped} tests were skipped`);
  return [report.numPassedTests, report.numFailedTests + (process.env.CI ? skipped : 0)];
}

const [passed, failed] = counts();
console.log(passed, status !== "0" && failed === 0 ? 1 : failed);
