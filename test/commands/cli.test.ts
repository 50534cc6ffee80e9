// SPDX-License-Identifier: MIT
// The table of argv -> exit code and words on stderr, for everything that needs no kernel module.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, runCli } from "./run-cli.js";

let dir = "";
const at = (name: string): string => join(dir, name);
const image = join(ROOT, "fixtures/ring-after-probe.bin");

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tgtctl-cli-"));
  writeFileSync(at("short.bin"), new Uint8Array(1000));
  writeFileSync(at("disk.img"), new Uint8Array(1 << 20));
  writeFileSync(at("locked.img"), new Uint8Array(1 << 20));
  chmodSync(at("locked.img"), 0o444);
  mkdirSync(at("folder"));
  execFileSync("mkfifo", [at("pipe")]);
});

/** One clear line, one line of remedy, no stack. */
function expectOneLine(stderr: string): void {
  expect(stderr).toMatch(/^tgtctl: [^\n]+\n {2}[^\n]+\n$/);
}

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("argv -> exit code", () => {
  const rows: [string, () => string[], number, RegExp][] = [
    ["no command", () => [], 64, /no command/],
    ["unknown command", () => ["frobnicate"], 64, /frobnicate: no such command/],
    ["an argument missing", () => ["release"], 64, /release: 0 of 1 .*\n.*release --help/],
    ["an action missing", () => ["break"], 64, /break: 0 of 1 .*\n.*break --help/],
    ["words behind --", () => ["step", "--", "-1"], 64, /nothing can follow --: -1/],
    ["steps that are no number", () => ["step", "abc"], 64, /step abc: not a whole number/],
    ["a count that is no number", () => ["inject", "--sim", "--count", "x"], 64, /--count: not a/],
    ["frames that are no number", () => ["top", "--sim", "-b", "-n", "x"], 64, /-n: not a number/],
    ["dump of a simulator", () => ["dump", "--sim"], 64, /memory of the .*\n.*top --sim/],
    ["dump of a named one", () => ["dump", "-D", "sim:name=x"], 64, /top -D sim:name=x, or/],
    ["a theme that is none", () => ["top", "--sim", "--theme", "x"], 64, /no such theme\n.*mono/],
    ["no steps", () => ["step", "0"], 64, /step 0: not a whole number/],
    ["steps and a half", () => ["step", "1.5"], 64, /step 1.5: not a whole number/],
    ["a breakpoint's id", () => ["break", "delete", "x"], 64, /break delete x: not/],
    ["a fault rule's id", () => ["fault", "delete", "-1"], 64, /fault delete -1: not/],
    ["a LUN's number", () => ["lun", "remove", "99999"], 64, /99999: not a whole .* 16383/],
    ["unknown option", () => ["dump", image, "--frob"], 64, /frob/],
    ["no such image", () => ["dump", at("absent.bin")], 66, /ENOENT/],
    ["image of a wrong size", () => ["dump", at("short.bin")], 65, /1000 bytes, not 131072/],
    ["a folder as image", () => ["dump", at("folder")], 65, /directory/],
    ["a pipe as image", () => ["dump", at("pipe")], 65, /pipe/],
    [
      "an option twice",
      () => ["dump", image, "--ring", "kuring", "--ring", "ukring"],
      64,
      /--ring.*twice/,
    ],
    ["unknown dialect", () => ["dump", image, "--dialect", "2007"], 64, /unknown dialect.*2007/],
    ["unknown dialect, live", () => ["top", "--sim", "--dialect", "2007"], 64, /unknown.*2007/],
    [
      "another dialect, live",
      () => ["serve", "--sim", "--dialect", "seed-i386"],
      64,
      /live device/,
    ],
    ["no such choice", () => ["dump", image, "--ring", "both"], 64, /ring.*both.*kuring/],
    ["no device", () => ["serve", "-D", "/dev/tgt-absent"], 69, /ENOENT|no such device/],
    ["not our device", () => ["serve", "-D", "/dev/null"], 64, /not a tgt device.*'mem'/],
    ["serve a file", () => ["serve", "-D", image], 64, /regular file/],
    ["serve a folder", () => ["serve", "-D", at("folder")], 64, /directory/],
    ["bad simulator setting", () => ["serve", "-D", "sim:depth=many"], 64, /depth=many/],
    ["--sim and -D", () => ["serve", "--sim", "-D", "sim:count=1"], 64, /together/],
    ["a setting that every object has", () => ["serve", "-D", "sim:toString=1"], 64, /toString/],
    ["a setting with two values", () => ["serve", "-D", "sim:depth=1=2"], 64, /depth=1=2/],
    ["-D without its value", () => ["serve", "-D"], 64, /Not enough arguments.*D/],
    ["-n without its value", () => ["top", "--sim", "-b", "-n"], 64, /Not enough arguments.*n/],
    ["--lun without its value", () => ["serve", "--sim", "--lun"], 64, /Not enough.*lun/],
    ["bad LUN spec", () => ["serve", "--sim", "--lun", "ram"], 64, /--lun ram/],
    ["LUN size", () => ["serve", "--sim", "--lun", "ram:12monkeys"], 64, /12monkeys/],
    ["same LUN twice", () => ["serve", "--sim", "--lun", "0=ram:1M", "--lun", "0=ram:1M"], 64, /0/],
    [
      "LUN file missing",
      () => ["serve", "--sim", "--lun", `file:${at("none.img")}`],
      66,
      /none\.img/,
    ],
    ["LUN a folder", () => ["serve", "--sim", "--lun", `file:${at("folder")}`], 64, /folder/],
    [
      "bad fault rule",
      () => ["serve", "--sim", "--fault", "lba == 5 : sens 3/11/00"],
      64,
      /--fault: column 12: sens is not an action/,
    ],
    [
      "bad expression in the second rule",
      () => ["serve", "--sim", "--fault", "lba == 5 : drop", "--fault", "lbaa == 5 : drop"],
      64,
      /--fault \(number 2\): column 1: lbaa/,
    ],
    ["bad fault rule, top", () => ["top", "--sim", "-b", "--fault", "lba == 5"], 64, /column 9/],
    ["--fault without its value", () => ["serve", "--sim", "--fault"], 64, /Not enough.*fault/],
    ["observe and fail", () => ["top", "-D", image, "--observe", "--fault", "x"], 64, /--observe/],
    ["a pid that is none", () => ["top", "--pid", "tgtd"], 64, /--pid "tgtd": not a process/],
    ["pid 0", () => ["dump", "-p", "0"], 64, /--pid "0"/],
    ["a negative pid", () => ["dump", "--pid", "-1"], 64, /--pid "-1"/],
    [
      "a pid nobody has",
      () => ["top", "-b", "-p", "2147483647"],
      69,
      /2147483647: no such process/,
    ],
    ["a pid beyond any", () => ["dump", "--pid", "99999999999"], 64, /not a process number/],
    ["no pid", () => ["top", "--pid"], 64, /Not enough arguments.*pid/],
    ["a process without rings", () => ["dump", "-p", `${process.pid}`], 69, /maps no rings/],
    [
      "an image and a pid",
      () => ["dump", image, "-p", "1"],
      64,
      /--pid goes with top and with dump/,
    ],
    ["serve and a pid", () => ["serve", "--pid", "1"], 64, /--pid goes with.*not with serve/],
    ["doctor and a pid", () => ["doctor", "--pid", "1"], 64, /--pid goes with.*not with doctor/],
    ["own a pid", () => ["top", "--own", "-p", "1"], 64, /--pid goes with none of --own/],
    ["a LUN for a pid", () => ["top", "--lun", "ram:1M", "-p", "1"], 64, /--pid goes with none/],
    ["a process as device", () => ["serve", "-D", "pid:1"], 64, /no device to own/],
    ["observe and own", () => ["top", "-D", image, "--observe", "--own"], 64, /--observe/],
  ];

  it.each(rows)("%s", (_name, argv, code, words) => {
    const run = runCli(argv());
    expect(run.stderr).toMatch(words);
    expectOneLine(run.stderr);
    expect(run.stdout).toBe("");
    expect(run.code).toBe(code);
  });

  it("LUN file not writable", () => {
    // root may write anything: ask as nobody
    chmodSync(dir, 0o755);
    const isRoot = process.getuid?.() === 0;
    const argv = [
      process.execPath,
      join(ROOT, "bin/tgtctl.js"),
      "serve",
      "--sim",
      "--lun",
      `file:${at("locked.img")}`,
    ];
    const run = isRoot
      ? spawnSync("setpriv", ["--reuid=65534", "--clear-groups", ...argv], { encoding: "utf8" })
      : spawnSync(argv[0] ?? "", argv.slice(1), { encoding: "utf8" });
    expect(run.stderr).toMatch(/locked\.img.*EACCES/);
    expect(run.status).toBe(77);
  });

  it("a process of somebody else", () => {
    // as nobody, and root's process where there is root: ours is
    const isRoot = process.getuid?.() === 0;
    const argv = [process.execPath, join(ROOT, "bin/tgtctl.js"), "dump", "--pid"];
    const run = isRoot
      ? spawnSync("setpriv", ["--reuid=65534", "--clear-groups", ...argv, `${process.pid}`], {
          encoding: "utf8",
        })
      : spawnSync(argv[0] ?? "", [...argv.slice(1), "1"], { encoding: "utf8" });
    expect(run.stderr).toMatch(/^tgtctl: pid \d+ .*: reading its m\w+: .*EACCES/);
    expect(run.stderr).toMatch(/\n {2}run as root.*ptrace_scope/);
    expectOneLine(run.stderr);
    expect(run.status).toBe(77);
  });

  it("--json makes errors objects", () => {
    const run = runCli(["dump", at("short.bin"), "--json"]);
    const error = JSON.parse(run.stderr) as Record<string, unknown>;
    expect(error).toMatchObject({ schema: "tgtctl.error/1", code: 65 });
    expect(error.remedy).toBeTypeOf("string");
  });

  it("--debug adds the stack", () => {
    expect(runCli(["dump", at("short.bin"), "--debug"]).stderr).toMatch(/\n\s+at /);
  });

  it("the addon missing is one line", () => {
    const run = runCli(["serve", "--sim"], { TGTCTL_ADDON_ROOT: at("folder") });
    expect(run.stderr).toMatch(/native addon not loaded/);
    expectOneLine(run.stderr);
    expect(run.code).toBe(69);
  });

  it("control characters in a name do not reach the terminal", () => {
    const run = runCli(["dump", at("\x1b[2Jx\n.bin")]);
    expect(run.stderr).not.toContain("\x1b");
    expectOneLine(run.stderr);
  });
});

describe("answers", () => {
  it("--version", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    ...["", "top", "serve", "hold", "held", "step", "release", "drop", "continue", "break"],
    ...["break add", "break list", "break delete", "fault", "fault add", "fault list"],
    ...["fault delete", "lun", "lun add", "lun remove", "lun resize", "lun list", "status"],
    ...["inject", "latency", "dump", "doctor"],
  ])("--help of %s fits 80 columns", (command) => {
    const run = runCli([...command.split(" "), "--help"].filter(Boolean));
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("tgtctl");
    for (const line of run.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const groups = ["", "break", "fault", "lun"];
    if (!groups.includes(command)) expect(run.stdout).toContain(`Examples:\n  tgtctl ${command}`);
  });

  it("an example too long for one line with what it shows can still be copied", () => {
    expect(runCli(["inject", "--help"]).stdout).toContain(
      "\n  tgtctl inject --type CMD_RSP --set cid=7 --set result=BUSY\n      field by field\n",
    );
    expect(runCli(["lun", "list", "--help"]).stdout).toContain("\n  tgtctl lun list  size, ");
  });

  it("--help shows the exit codes", () => {
    expect(runCli(["--help"]).stdout).toMatch(/Exit codes: 0 ok, 1 a check/);
  });

  it("doctor finds the missing device and says what to do", () => {
    const run = runCli(["doctor", "-D", "/dev/tgt-absent", "--json"]);
    const report = JSON.parse(run.stdout) as { findings: { check: string; verdict: string }[] };
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: "addon", verdict: "ok" }),
    );
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: "device", verdict: "fail" }),
    );
    expect(run.code).toBe(1);
  });

  it("doctor finds nothing wrong with the simulator", () => {
    const run = runCli(["doctor", "--sim"]);
    expect(run.stdout).toMatch(/^ok +device +sim/m);
    expect(run.code).toBe(0);
    expect(runCli(["doctor", "-D", "sim:depth=0"]).code).toBe(1);
  });

  it("a closed pipe ends quietly", () => {
    const command = `${process.execPath} ${join(ROOT, "bin/tgtctl.js")} top --sim -b -d 0.05 | head -3; echo "code \${PIPESTATUS[0]}"`;
    const run = spawnSync("bash", ["-c", command], { encoding: "utf8", timeout: 60_000 });
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(/code 0\n$/);
  });

  it.each([`dump ${image}`, "top --sim -b -d 0.05"])("a full disk under the output: %s", (argv) => {
    const command = `${process.execPath} ${join(ROOT, "bin/tgtctl.js")} ${argv} > /dev/full`;
    const run = spawnSync("bash", ["-c", command], { encoding: "utf8", timeout: 60_000 });
    expect(run.stderr).toMatch(/standard output.*ENOSPC/);
    expectOneLine(run.stderr);
    expect(run.status).toBe(74);
  });
});

describe("serve on the simulator", () => {
  it("serves a workload to its end with no byte wrong", () => {
    const run = runCli(["serve", "--json", "-D", "sim:depth=8,count=20000", "--lun", "ram:16M"]);
    const [ready, report] = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(ready).toMatchObject({ schema: "tgtctl.ready/1" });
    expect(report).toMatchObject({
      schema: "tgtctl.sim/1",
      completed: 20000,
      failed: 0,
      corrupt: 0,
    });
    expect(run.code).toBe(0);
  });

  it("serves a file, which then holds what was written", () => {
    const path = at("disk.img");
    const run = runCli(["serve", "--json", "-D", "sim:read=0,count=500", "--lun", `file:${path}`]);
    expect(run.code).toBe(0);
    expect(readFileSync(path).some((byte) => byte !== 0)).toBe(true);
  });

  it.each(["serve", "top -b -n 1"])("%s says that the last flush failed", (command) => {
    const source = at("nosync.c");
    writeFileSync(
      source,
      "#include <errno.h>\nint fsync(int fd) { errno = EIO + 0 * fd; return -1; }\n",
    );
    execFileSync("cc", ["-shared", "-fPIC", "-o", at("nosync.so"), source]);
    const argv = [...command.split(" "), "-D", "sim:count=100", "--lun", `file:${at("disk.img")}`];
    const run = runCli(argv, { LD_PRELOAD: at("nosync.so") });
    expect(run.stderr).toMatch(/LUN 0: not flushed.*EIO/);
    expectOneLine(run.stderr);
    expect(run.code).toBe(74);
  });
});

describe("fault rules on the simulator", () => {
  const READS = "sim:read=100,count=2000,depth=8";
  const everyTenth = "opcode == READ_10 : sense 3/11/00 every 10";
  const never = "opcode == WRITE_10 && lba == 0 : drop";

  it("every tenth READ fails, and it is said which rule did it", () => {
    const argv = ["serve", "-D", READS, "--fault", everyTenth, "--fault", never];
    const run = runCli(argv);
    expect(run.stdout).toMatch(/2000 commands.* 200 failed, 0 corrupt/);
    expect(run.stderr).toBe(
      `tgtctl: fault 1 fired 200 times of 2000 matches: ${everyTenth}\n` +
        `tgtctl: fault 2 fired 0 times of 0 matches: ${never}\n`,
    );
    expect(run.code).toBe(0);
    expect(runCli([...argv, "-q"]).stderr).toBe("");
  });

  it("--json ends with an object of the counts", () => {
    const run = runCli(["serve", "--json", "-D", READS, "--fault", everyTenth]);
    const last = JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "");
    expect(last).toEqual({
      schema: "tgtctl.faults/1",
      faults: [{ id: 1, rule: everyTenth, hits: 2000, fired: 200 }],
    });
    expect(run.stderr).toBe("");
  });

  it.each([
    ["status RESERVATION_CONFLICT every 10", /2000 commands.* 200 failed, 0 corrupt/],
    ["status BUSY every 10", /2000 commands.* 0 failed, 0 corrupt/],
    ["delay 20 every 100", /2000 commands.* 0 failed, 0 corrupt/],
    ["duplicate", /2000 commands.* 0 failed, 0 corrupt/],
    ["short 512", /2000 commands.* 2000 failed, 0 corrupt/],
  ])("%s", (action, report) => {
    const run = runCli(["serve", "-D", READS, "--fault", `opcode == READ_10 : ${action}`]);
    expect(run.stdout).toMatch(report);
    expect(run.stderr).toMatch(/^tgtctl: fault 1 fired \d+ times of \d+ matches: [^\n]*\n$/);
    expect(run.code).toBe(0);
  });
});
