// SPDX-License-Identifier: MIT
// Units that change while they are served: a wrong call is refused before anything has gone.
import { describe, expect, it } from "vitest";
import type { Client, Method } from "../../../src/session/control/requests.js";
import { unitMethods } from "../../../src/session/control/unit-methods.js";
import type { EngineCaller } from "../../../src/session/engine/engine-link.js";

const UNIT = {
  lun: 1,
  spec: "1=ram:1M",
  size: 1 << 20,
  block_size: 512,
  serial: "X",
  in_flight: 0,
};
const client: Client = {
  peer: { pid: 1, uid: 0, gid: 0 },
  signal: new AbortController().signal,
  subscribed: false,
};

/** An engine that serves LUN 1, and what it was asked. */
function methods() {
  const asked: [string, unknown][] = [];
  const engine: Pick<EngineCaller, "call"> = {
    call: async (method, params) => {
      asked.push([method, params]);
      return method === "lun.list" ? { luns: [UNIT] } : UNIT;
    },
  };
  const call = async (name: string, params: unknown): Promise<unknown> =>
    (unitMethods(engine as EngineCaller, false)[name] as Method)(params, client);
  return { asked, call };
}

describe("lun.remove", () => {
  it("asks the engine for no more than it knows", async () => {
    const { asked, call } = methods();
    expect(await call("lun.remove", { lun: 1, force: true })).toEqual({ ...UNIT, disks: [] });
    expect(asked).toEqual([
      ["lun.list", {}],
      ["lun.remove", { lun: 1 }],
    ]);
  });

  it.each([
    [undefined, /lun is not a whole number/],
    [[1], /no object/],
    [{ lun: "1" }, /lun is not a whole number/],
    [{ lun: null }, /lun is not a whole number/],
    [{ lun: 1, force: 1 }, /force is neither/],
    [{ lun: 1, disk: "sdb" }, /no parameter "disk"/],
  ])("refuses %j and has touched nothing", async (params, message) => {
    const { asked, call } = methods();
    await expect(call("lun.remove", params)).rejects.toMatchObject({ kind: "usage" });
    await expect(call("lun.remove", params)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});
