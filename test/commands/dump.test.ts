// SPDX-License-Identifier: MIT
// `tgtctl dump` as a table of arguments -> stdout, stderr, error; text against golden files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { encode } from "../../src/abi/codec.js";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { dumpCommand } from "../../src/commands/dump.js";
import { slotStart } from "../../src/ring/geometry.js";
import { arbitraryEvent } from "../abi/arbitrary-event.js";

const scratch = mkdtempSync(join(tmpdir(), "tgt-dump-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

async function run(...argv: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((t) => out.push(`${t}`) > 0);
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((t) => err.push(`${t}`) > 0);
  let error: unknown = null;
  try {
    await yargs(argv)
      .option("device", { type: "string", default: "/dev/tgt" })
      .option("dialect", { type: "string", default: "seed-x86_64" })
      .option("force", { type: "boolean", default: false })
      .option("json", { type: "boolean", default: false })
      .option("quiet", { type: "boolean", default: false })
      .command(dumpCommand)
      .strict()
      .exitProcess(false)
      .fail((message, cause) => {
        throw cause ?? new Error(message);
      })
      .parseAsync();
  } catch (cause) {
    error = cause;
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return { stdout: out.join(""), stderr: err.join(""), error };
}

/** A missing file is a failure. */
function golden(name: string): string {
  return readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8");
}

// Relative to the repository's root, where vitest runs: the name is part of the output.
const PROBE = "fixtures/ring-after-probe.bin";
const ABORTS = "fixtures/ring-aborts-pending.bin";

describe("text", () => {
  it.each([
    ["dump-after-probe.txt", [PROBE]],
    ["dump-aborts-pending.txt", [ABORTS]],
    ["dump-aborts-hex.txt", [ABORTS, "--ring", "kuring", "--slots", "277-278", "--hex"]],
    ["dump-all.txt", [PROBE, "--ring", "ukring", "--slots", "24-30", "--all"]],
    ["dump-i386.txt", [PROBE, "--dialect", "seed-i386", "--slots", "0-3"]],
  ])("%s", async (name, argv) => {
    const { stdout, stderr, error } = await run("dump", ...argv);
    expect([error, stderr]).toEqual([null, ""]);
    expect(stdout).toBe(golden(name));
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("stays printable ASCII in 80 columns whatever lies in the rings", async () => {
    const path = join(scratch, "noise.bin");
    const slot = fc.record({
      event: arbitraryEvent,
      status: fc.nat({ max: 0xffffffff }),
      known: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(slot, { maxLength: 20 }), async (slots) => {
      const image = new Uint8Array(131072);
      slots.forEach(({ event, status, known }, i) => {
        const at = slotStart(SEED_X86_64, i % 2 ? "kuring" : "ukring", i);
        new DataView(image.buffer).setUint32(at, status, true);
        encode(SEED_X86_64, event, image, at + 8);
        if (!known) image[at + 9] = status & 0xff;
      });
      writeFileSync(path, image);
      const { stdout, error } = await run("dump", path, "--hex");
      expect(error).toBeNull();
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it("marks a status that is neither 0 nor 1, and a ring without anything", async () => {
    const path = join(scratch, "bad-status.bin");
    const image = new Uint8Array(131072);
    image.set([0xef, 0xbe, 0xad, 0xde], 96 * 5);
    writeFileSync(path, image);
    const { stdout } = await run("dump", path);
    expect(stdout).toContain("   5 BAD   CMD_RSP    0   0   - GOOD status=0xdeadbeef\n");
    expect(stdout).toContain("consumer not known; slot 5 has status 0xdeadbeef");
    expect(stdout).toContain("  no slot to show\n");
  });

  it("says once on stderr that an image has no data, unless -q", async () => {
    const plain = await run("dump", PROBE, "--slots", "0", "--data");
    expect(plain.stderr).toBe(
      "tgtctl: --data: the bytes at uaddr cannot be read: an image has no process\n",
    );
    expect(plain.stdout).toBe((await run("dump", PROBE, "--slots", "0")).stdout);
    expect((await run("dump", PROBE, "--data", "--quiet")).stderr).toBe("");
  });
});

describe("--json", () => {
  it("is one line with the contract's document", async () => {
    const { stdout, stderr } = await run("dump", ABORTS, "--json");
    expect(stderr).toBe("");
    expect(stdout.indexOf("\n")).toBe(stdout.length - 1);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "tgtctl.dump/1", source: "image", role: "offline" });
    expect(document.rings.kuring.slots[278]).toEqual({
      slot: 278,
      status: 1,
      len: 0,
      type: "TSK_MGMT_REQ",
      event: {
        host_no: 1,
        function: 13,
        tag: "0xabcd000000118800",
        lun: "0000000000000000",
        mid: expect.stringMatching(/^0x[0-9a-f]+$/),
      },
      text: "ABORT TASK tag=0xabcd000000118800",
    });
  });
});

describe("bad usage and bad input", () => {
  it.each([
    [["no-such.bin"], "inputMissing", "no-such.bin: No such file or directory (ENOENT)"],
    [["/dev/null"], "usage", "/dev/null: a character device, not a ring image"],
    [[PROBE, "--dialect", "3.x"], "usage", 'unknown dialect "3.x"'],
    [[PROBE, "--slots", "512"], "usage", '--slots "512": not slots of this ring'],
    [[PROBE, "--slots", "9-3"], "usage", '--slots "9-3": not slots of this ring'],
    [[PROBE, "--slots", "a-b"], "usage", '--slots "a-b": not slots of this ring'],
    [[PROBE, "--slots", ""], "usage", '--slots "": not slots of this ring'],
  ])("%j", async (argv, kind, message) => {
    const { error, stdout } = await run("dump", ...argv);
    expect(error).toMatchObject({ kind, message });
    expect(stdout).toBe("");
  });

  it("--ring takes the two names only", async () => {
    const { error } = await run("dump", PROBE, "--ring", "tx");
    expect(String(error)).toContain("kuring");
  });
});
