// SPDX-License-Identifier: MIT
// The kernel's command table as debugfs prints it.
import { describe, expect, it } from "vitest";
import { parseKernelTable, readKernelTable } from "../../src/device/kernel-table.js";

const TEXT = `host cid tag lun cdb state age_ms data_len dir attribute
3 17 9000 0001000000000000 28000000003800000800000000000000 sent 41 4096 read 0x20
3 18 18446744073709551615 4100000000000000 2a000000000000000800000000000000 done-queued 7 4096 write 0x20
`;

describe("kernel table", () => {
  it("reads rows by the names in the header", () => {
    const rows = parseKernelTable(TEXT);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ host_no: 3, cid: 17, tag: 9000n, state: "sent", age_ms: 41 });
    expect(rows[0]?.scb[0]).toBe(0x28);
    expect(rows[0]?.lun[1]).toBe(1);
    expect(rows[1]?.tag).toBe(2n ** 64n - 1n);
  });

  it("leaves out what it cannot read, and is null where there is no table", () => {
    expect(parseKernelTable(`${TEXT}3 19 cut`)).toHaveLength(2);
    expect(parseKernelTable("something else\n1 2 3")).toEqual([]);
    expect(parseKernelTable("")).toEqual([]);
    expect(readKernelTable("/nonexistent/commands")).toBeNull();
  });
});
