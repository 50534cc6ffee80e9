// SPDX-License-Identifier: MIT
// The socket's file: who may make it, what is in its place, and who removes it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listenAt, type SocketFile } from "../../../src/session/control/socket-file.js";
import { simulatorSocketPath, socketPath } from "../../../src/session/control/socket-path.js";
import { socketRoom } from "./raw-client.js";

let room: ReturnType<typeof socketRoom>;
let path: string;
const servers: Server[] = [];

beforeEach(() => {
  room = socketRoom();
  path = join(room.directory, "run", "tgt.sock");
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  room.empty();
});

function listen(where = path): Promise<SocketFile> {
  const server = createServer((socket) => socket.on("error", () => {}).end("served"));
  servers.push(server);
  return listenAt(server, where);
}

/** What a client of it sees. */
function reach(where = path): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(where);
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}

/** A socket whose process was killed. */
function leaveStale(where: string): void {
  mkdirSync(join(where, ".."), { recursive: true, mode: 0o700 });
  const code = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", code, where]);
  expect(lstatSync(where).isSocket()).toBe(true);
}

describe("the path", () => {
  it("is named after the device", () => {
    expect(socketPath("/dev/tgt", "/run/tgtctl")).toBe("/run/tgtctl/tgt.sock");
    expect(socketPath("/dev/my tgt", "/r")).toBe("/r/my_tgt.sock");
    expect(simulatorSocketPath("X", "/run/tgtctl")).toBe("/run/tgtctl/sim-X.sock");
    expect(simulatorSocketPath("../../etc", "/r")).toBe("/r/sim-etc.sock");
    expect(() => socketPath("/dev/tgt", null)).toThrow(
      expect.objectContaining({ kind: "unavailable" }),
    );
  });

  it.each([
    ["too long", 120],
    ["too long in UTF-8", 60, "é"],
  ])("is %s", async (_name, length, letter = "x") => {
    await expect(listen(join(room.directory, letter.repeat(length)))).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(/longer than \d+ bytes/),
    });
  });

  it("is as long as may be", async () => {
    const limit = 100;
    const long = `${room.directory}/`.padEnd(limit, "x");
    await listen(long);
    expect(await reach(long)).toBe("served");
    await expect(listen(`${long}x`)).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining(`longer than ${limit} bytes`),
    });
  });
});

describe("the file", () => {
  it("is ours alone, the only one there, and goes", async () => {
    const file = await listen();
    expect(await reach()).toBe("served");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, ".."))).toEqual(["tgt.sock"]);
    file.remove();
    expect(existsSync(path)).toBe(false);
    file.remove();
  });

  it("of a killed owner is replaced", async () => {
    leaveStale(path);
    await listen();
    expect(await reach()).toBe("served");
    expect(readdirSync(join(path, ".."))).toEqual(["tgt.sock"]);
  });

  it("of a living owner stays his", async () => {
    await listen();
    const before = lstatSync(path).ino;
    await expect(listen()).rejects.toMatchObject({ kind: "busy" });
    expect(lstatSync(path).ino).toBe(before);
    expect(await reach()).toBe("served");
    expect(readdirSync(join(path, ".."))).toEqual(["tgt.sock"]);
  });

  it("is one that several begin at once: one of them gets it", async () => {
    leaveStale(path);
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => listen()));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await reach()).toBe("served");
  });

  it("that somebody else has put there since is not removed", async () => {
    const file = await listen();
    rmSync(path);
    const other = await listen();
    file.remove();
    expect(await reach()).toBe("served");
    other.remove();
    expect(existsSync(path)).toBe(false);
  });

  it.each<[string, (where: string) => void]>([
    ["a file", (where) => writeFileSync(where, "mine")],
    ["a directory", (where) => mkdirSync(where)],
    ["a symlink to a socket", (where) => symlinkSync("other.sock", where)],
    ["a symlink to nothing", (where) => symlinkSync("nowhere", where)],
    ["a pipe", (where) => spawnSync("mkfifo", [where])],
  ])("is not made over %s", async (_name, put) => {
    const other = join(path, "..", "other.sock");
    leaveStale(other);
    put(path);
    const { ino, mode, size } = lstatSync(path);
    await expect(listen()).rejects.toMatchObject({
      kind: "cannotCreate",
      message: expect.stringContaining("something else is there"),
    });
    expect(lstatSync(path)).toMatchObject({ ino, mode, size });
    expect(lstatSync(other).isSocket()).toBe(true);
    expect(readdirSync(join(path, "..")).sort()).toEqual(["other.sock", "tgt.sock"]);
  });

  it("is made nowhere where others could move it", async () => {
    for (const mode of [0o777, 0o1777, 0o770]) {
      mkdirSync(join(path, ".."), { recursive: true });
      chmodSync(join(path, ".."), mode);
      await expect(listen()).rejects.toMatchObject({ kind: "permission" });
    }
    renameSync(join(path, ".."), join(room.directory, "real"));
    chmodSync(join(room.directory, "real"), 0o700);
    symlinkSync("real", join(path, ".."));
    await expect(listen()).rejects.toMatchObject({ kind: "permission" });
    rmSync(join(path, ".."));
    writeFileSync(join(path, ".."), "a file");
    await expect(listen()).rejects.toMatchObject({ kind: "cannotCreate" });
    expect(readFileSync(join(path, ".."), "utf8")).toBe("a file");
  });
});
