// SPDX-License-Identifier: MIT
// node failures.js FILE: the tests that failed in vitest's JSON report, and why, for the end of a
// long log: who sees only its tail must not guess.
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** Lines of a message that say enough. */
const MOST_LINES = 12;

const { testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { name, assertionResults, message } of testResults) {
  const failed = assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName, failureMessages } of failed) tell(name, fullName, failureMessages[0]);
  if (failed.length === 0 && message) tell(name, "could not run", message);
}

function tell(file, test, message = "") {
  const lines = stripVTControlCharacters(message).split("\n").slice(0, MOST_LINES);
  console.log(`FAIL ${file}: ${test}\n  ${lines.join("\n  ")}`);
}
