// SPDX-License-Identifier: MIT
// `top -b --filter` as a script runs it: the built program on the simulator.

import { expect, it } from "vitest";
import { readFilter, type TopArguments } from "../../src/commands/top-options.js";
import { runCli } from "./run-cli.js";

type Counts = Record<string, number>;
interface Frame {
  filter?: string;
  inflight: { opcode: number }[];
  rates: Counts;
  counters: { seen: Counts; matched: Counts };
}

it("lists and counts writes only", () => {
  const args = ["top", "-D", "sim:read=70,seed=1", "-b", "-n", "3", "-d", "0.3", "--json"];
  const { code, stdout, stderr } = runCli([...args, "--filter", "opcode == WRITE_10"]);
  expect([code, stderr]).toEqual([0, ""]);
  const frames = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Frame);
  expect(frames.map((frame) => frame.filter)).toEqual(Array(3).fill("opcode == WRITE_10"));
  for (const { inflight } of frames) {
    for (const { opcode } of inflight) expect(opcode).toBe(0x2a);
  }
  const { seen, matched } = frames[2]?.counters ?? { seen: {}, matched: {} };
  for (const type of ["cmd_req", "cmd_rsp", "cmd_done"]) {
    const share = (matched[type] ?? 0) / (seen[type] ?? 0);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
  }
  expect(frames[2]?.rates.cmd_done).toBeGreaterThan(0);
});

it("matches nothing where nothing can match", () => {
  const args = ["top", "-D", "sim:rate=1000", "-n", "2", "-d", "0.2"];
  const { code, stdout } = runCli([...args, "--filter", "lun == 99"]);
  expect(code).toBe(0);
  expect(stdout.match(/^in flight 0$/gm)).toHaveLength(2);
  expect(stdout.match(/^filter {2}lun == 99$/gm)).toHaveLength(2);
  expect(stdout.match(/cmd_req 0\/s/g)).toHaveLength(2);
});

it("is read before anything is opened", async () => {
  const args = { filter: "lun == 0", dialect: "seed-x86_64" } as TopArguments;
  expect((await readFilter(args))?.text).toBe("lun == 0");
  const wrong = readFilter({ ...args, filter: "lun = 0" });
  await expect(wrong).rejects.toMatchObject({ kind: "usage", exitCode: 64 });
});
