// SPDX-License-Identifier: MIT
// CDBs by their bytes, worked out from SPC-4 and SBC-3, and arbitrary bytes.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeCdb } from "../../src/scsi/cdb.js";
import { listOpcodes } from "../../src/scsi/opcodes.js";

function cdb(hex: string): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  return bytes;
}

it.each([
  ["00", "TEST UNIT READY"],
  ["03 00 00 00 60", "REQUEST SENSE alloc=96"],
  ["08 01 02 03 00", "READ(6) lba=0x10203 blocks=256"],
  ["0a ff ff ff 10", "WRITE(6) lba=0x1fffff blocks=16"],
  ["12 00 00 00 24", "INQUIRY alloc=36"],
  ["12 00 83 00 fe", "INQUIRY alloc=254"],
  ["12 01 83 00 fe", "INQUIRY vpd=0x83 alloc=254"],
  ["12 01 00 01 00", "INQUIRY vpd=0x00 alloc=256"],
  ["15 10 00 00 18", "MODE SELECT(6) len=24"],
  ["1a 00 3f 00 c0", "MODE SENSE(6) page=0x3f alloc=192"],
  ["1a 08 0a 01 04", "MODE SENSE(6) page=0x0a subpage=0x01 alloc=4 DBD"],
  ["5a 00 88 00 00 00 00 01 00", "MODE SENSE(10) page=0x08 pc=0x80 alloc=256"],
  ["1b 00 00 00 01", "START STOP UNIT START"],
  ["1b 01 00 00 02", "START STOP UNIT LOEJ IMMED"],
  ["1b 00 00 00 04", "START STOP UNIT NO_FLUSH"],
  ["1c 01 02 00 ff", "RECEIVE DIAGNOSTIC RESULTS page=0x02 alloc=255"],
  ["1c 00 02 00 ff", "RECEIVE DIAGNOSTIC RESULTS alloc=255"],
  ["1d 06 00 00 00", "SEND DIAGNOSTIC SELFTEST DEVOFFL len=0"],
  ["1e 00 00 00 01", "PREVENT ALLOW MEDIUM REMOVAL prevent=1"],
  ["25", "READ CAPACITY(10)"],
  ["28 00 00 00 00 38 00 00 08", "READ(10) lba=0x38 blocks=8"],
  ["28 18 ff ff ff ff 00 ff ff", "READ(10) lba=0xffffffff blocks=65535 DPO FUA"],
  ["2a 28 00 00 00 01 00 00 00", "WRITE(10) lba=0x1 blocks=0 protect=0x20 FUA"],
  ["2f 02 00 00 00 10 00 00 01", "VERIFY(10) lba=0x10 blocks=1 bytchk=2"],
  ["35", "SYNCHRONIZE CACHE(10)"],
  ["35 02 00 00 00 10 00 00 01", "SYNCHRONIZE CACHE(10) lba=0x10 blocks=1 IMMED"],
  ["91", "SYNCHRONIZE CACHE(16)"],
  ["41 08 00 00 00 10 00 00 20", "WRITE SAME(10) lba=0x10 blocks=32 UNMAP"],
  ["42 00 00 00 00 00 00 00 18", "UNMAP len=24"],
  ["4d 00 4d 00 00 00 00 02 00", "LOG SENSE page=0x0d pc=0x40 alloc=512"],
  ["5e 03 00 00 00 00 00 20 00", "PERSISTENT RESERVE IN(READ FULL STATUS) alloc=8192"],
  ["5f 06 00 00 00 00 00 00 18", "PERSISTENT RESERVE OUT(REGISTER AND IGNORE EXISTING KEY) len=24"],
  ["5f 01 03 00 00 00 00 00 18", "PERSISTENT RESERVE OUT(RESERVE) type=0x03 len=24"],
  ["7f 00 00 00 00 00 00 18 00 09", "READ(32)"],
  ["7f 00 00 00 00 00 00 18 ab cd", "VARIABLE LENGTH CDB sa=0xabcd"],
  ["83 11", "WRITE USING TOKEN len=0"],
  ["84 03 00 00 00 00 00 00 00 00 00 00 04 00", "RECEIVE COPY OPERATING PARAMETERS alloc=1024"],
  ["88 00 00 00 00 01 00 00 00 00 00 01 00 00", "READ(16) lba=0x100000000 blocks=65536"],
  [
    "8a 00 ff ff ff ff ff ff ff ff ff ff ff ff",
    "WRITE(16) lba=0xffffffffffffffff blocks=4294967295",
  ],
  ["89 00 00 00 00 00 00 00 00 10 00 00 00 01", "COMPARE AND WRITE lba=0x10 blocks=1"],
  ["89 38 00 00 00 00 00 00 00 10", "COMPARE AND WRITE lba=0x10 blocks=0 protect=0x20 DPO FUA"],
  ["93 09 00 00 00 00 00 00 00 10 00 00 01 00", "WRITE SAME(16) lba=0x10 blocks=256 UNMAP NDOB"],
  ["9e 10 00 00 00 00 00 00 00 00 00 00 00 20", "READ CAPACITY(16) alloc=32"],
  ["9e 12 00 00 00 00 00 00 01 00 00 00 00 18", "GET LBA STATUS lba=0x100 alloc=24"],
  ["9e 1f", "SERVICE ACTION IN(16) sa=0x1f"],
  ["a0 00 02 00 00 00 00 00 10 00", "REPORT LUNS select=0x02 alloc=4096"],
  [
    "a3 0c 01 2a 00 00 00 00 00 14",
    "REPORT SUPPORTED OPERATION CODES options=0x01 opcode=0x2a alloc=20",
  ],
  [
    "a3 0c 82 00 00 01 00 00 00 14",
    "REPORT SUPPORTED OPERATION CODES options=0x02 opcode=0x00 sa=0x1 alloc=20 RCTD",
  ],
  ["a3 0d 80 00 00 00 00 00 00 10", "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS alloc=16 REPD"],
  ["a3 0a 00 00 00 00 00 00 00 fe", "REPORT TARGET PORT GROUPS alloc=254"],
  ["a8 00 00 00 00 10 00 00 00 08", "READ(12) lba=0x10 blocks=8"],
  ["aa 08 00 00 00 10 00 01 00 00", "WRITE(12) lba=0x10 blocks=65536 FUA"],
  ["02", "OPCODE 0x02"],
  ["c1 ff ff", "OPCODE 0xc1"],
  ["ff", "OPCODE 0xff"],
])("%s is %s", (hex, text) => {
  expect(decodeCdb(cdb(hex)).text).toBe(text);
});

it("gives lba and blocks as numbers, and null where the command has none", () => {
  expect(decodeCdb(cdb("88 00 00 00 00 01 00 00 00 02 00 00 00 03"))).toMatchObject({
    opcode: 0x88,
    serviceAction: null,
    name: "READ(16)",
    direction: "in",
    lba: 0x100000002n,
    blocks: 3,
  });
  expect(decodeCdb(cdb("0a 00 00 05 00"))).toMatchObject({ lba: 5n, blocks: 256 });
  expect(decodeCdb(cdb("35"))).toMatchObject({ lba: 0n, blocks: 0 });
  expect(decodeCdb(cdb("12 00 00 00 24"))).toMatchObject({ lba: null, blocks: null });
  expect(decodeCdb(cdb("9e 10"))).toMatchObject({ serviceAction: 0x10, lba: null });
  expect(decodeCdb(cdb("c0"))).toMatchObject({ name: "OPCODE 0xc0", direction: "vary", lba: null });
});

it("reads bytes that are not there as 0", () => {
  expect(decodeCdb(new Uint8Array()).text).toBe("TEST UNIT READY");
  expect(decodeCdb(Uint8Array.of(0x28, 0, 0, 0, 1)).text).toBe("READ(10) lba=0x100 blocks=0");
});

it("makes printable ASCII of any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
      expect(decodeCdb(bytes).text).toMatch(/^[A-Z][\x20-\x7e]+$/);
    }),
  );
});

it("no opcode is listed twice, and each has a name of its own", () => {
  const opcodes = listOpcodes();
  expect(new Set(opcodes.map(({ opcode }) => opcode)).size).toBe(opcodes.length);
  expect(new Set(opcodes.map(({ name }) => name)).size).toBe(opcodes.length);
});
