// SPDX-License-Identifier: MIT
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { serveWords } from "../../src/session/hand-over.js";
import { startSuccessor } from "../../src/session/successor.js";

const directory = mkdtempSync(join(tmpdir(), "tgtctl-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A process in our place. */
function successor(name: string, text: string, readyMs = 10_000) {
  const program = join(directory, `${name}.mjs`);
  writeFileSync(program, text);
  return startSuccessor("/dev/tgt", ["serve", "--lun=0=ram:1024", "--fault=lun == 1 : drop"], {
    ...{ program, readyMs, directory },
  });
}

describe("startSuccessor", () => {
  it("waits until it is ready, and leaves it to itself", async () => {
    const text = `process.stderr.write("tgtctl: a remark\\n");
      setTimeout(() => process.stdout.write("ready " + process.argv.slice(2).join("|") + "\\n"), 100);
      setTimeout(() => {}, 60000);`;
    const { pid, device, log } = await successor("good", text);
    expect(device).toBe("/dev/tgt");
    expect(log).toBe(join(directory, "tgt.log"));
    expect(readFileSync(log, "utf8")).toBe(
      "tgtctl: a remark\nready serve|--lun=0=ram:1024|--fault=lun == 1 : drop|--background\n",
    );
    // proc_pid_stat(5): session
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    expect(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]).toBe(String(pid));
    process.kill(pid);
  });

  it("tells what it failed of, and what to do", async () => {
    const text = `process.stderr.write("tgtctl: /dev/tgt: owned by pid 3 (EBUSY)\\n  stop it\\n"); process.exit(75);`;
    await expect(successor("bad", text)).rejects.toMatchObject({
      kind: "busy",
      message:
        "nobody serves: the process in the background did not start: /dev/tgt: owned by pid 3 (EBUSY)",
      remedy: expect.stringMatching(
        /^unfinished commands wait .*: tgtctl serve --lun=0=ram:1024 '--fault=lun == 1 : drop'$/,
      ),
    });
  });

  it("tells of a signal, and of one that says nothing", async () => {
    const dies = successor("dies", 'process.kill(process.pid, "SIGKILL");');
    await expect(dies).rejects.toMatchObject({
      kind: "internal",
      message: expect.stringMatching(/ended by SIGKILL/),
    });
    const silent = successor("silent", "setTimeout(() => {}, 60000);", 300);
    const { message } = (await silent.catch((error) => error)) as Error;
    const [, pid] = /^pid (\d+), in the background/.exec(message) ?? [];
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    process.kill(Number(pid));
  });
});

describe("serveWords", () => {
  it("serves the same again from anywhere", () => {
    const words = serveWords("/dev/tgt", {
      luns: ["0=ram:1048576", `1=file:${process.cwd()}/a\\,b,size=2097152,ro`, "5=null:1G,bs=4096"],
      rules: ["lba == 1 : drop"],
      handlers: ["mine.js"],
      ...{ scan: false, force: true },
    });
    expect(words).toEqual([
      "serve",
      "--device=/dev/tgt",
      "--lun=0=ram:1048576",
      `--lun=1=file:${process.cwd()}/a\\,b,ro`,
      "--lun=5=null:1G,bs=4096",
      "--fault=lba == 1 : drop",
      `--handler=${process.cwd()}/mine.js`,
      "--no-scan",
      "--force",
    ]);
  });
});
