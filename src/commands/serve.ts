// SPDX-License-Identifier: MIT
// `tgtctl serve`: owns the device without a screen until it is told to stop.
import type { CommandModule } from "yargs";
import { parseDeviceSpec } from "../device/device-spec.js";
import { requireLiveDialect } from "../device/open.js";
import { EXIT_CODES, TgtctlError } from "../errors.js";
import { faultReport, faultReportText } from "../features/fault-report.js";
import { holdText } from "../features/held-text.js";
import { simReport, simReportText } from "../features/sim-report.js";
import { diskText } from "../session/disk-text.js";
import type { HoldState } from "../session/hold/engine-control.js";
import { type Owner, startOwner } from "../session/owner.js";
import type { Session } from "../session/session.js";
import { keepLogShort } from "./background.js";
import { examples } from "./examples.js";
import { remark } from "./remark.js";
import { stopSignal } from "./stop-signal.js";

interface ServeArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  quiet: boolean;
  lun: string[];
  fault: string[];
  handler: string[];
  scan: boolean;
  background: boolean;
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  command: "serve",
  builder: (parser) =>
    parser
      .option("lun", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        defaultDescription: "0=ram:64M",
        describe:
          "[N=]ram:SIZE, [N=]file:PATH[,size=SIZE], [N=]null:SIZE; ,ro ,bs=4096 ,serial=TEXT ,queue=N",
      })
      .option("fault", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe:
          "EXPR : ACTION [every N] [chance P seed S]; repeatable, the first that fires wins",
      })
      .option("handler", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "FILE.js that answers some commands itself; repeatable, the first match wins",
      })
      .option("scan", { type: "boolean", default: true, describe: "have the hosts scanned" })
      .option("background", { type: "boolean", default: false, hidden: true })
      .epilogue(
        examples(
          ["$0 serve", "one 64 MiB disk in memory"],
          ["$0 serve --lun 0=ram:1G --lun 1=file:disk.img,size=8G", "two disks"],
          ['$0 serve --fault "lba == 0x100 : sense 3/11/00"', "a medium error at one block"],
          ["$0 serve --no-scan --lun 0=null:1T,bs=4096", "no disk appears by itself"],
        ),
      ) as never,
  handler: async (args) => {
    const stop = stopSignal();
    if (args.background) keepLogShort();
    requireLiveDialect(args.dialect);
    const owner = await startOwner(parseDeviceSpec(args.device), {
      luns: args.lun,
      faults: args.fault,
      handlers: args.handler,
      scan: args.scan,
      force: args.force,
      journal: false,
      stop,
      onRemark: remark,
    });
    const { session } = owner;
    if (owner.inherited && !args.quiet) remark("serving what the last owner served");
    if (stop.aborted) throw await stoppedEarly(args.device, session);
    process.stdout.write(args.json ? readyJson(args.device, owner) : readyText(args.device, owner));
    if (!args.quiet) tellHolds(session);
    const sizes = (): void => session.followSizes();
    process.on("SIGHUP", sizes);
    const began = performance.now();
    try {
      await Promise.race([aborted(stop), session.failed, session.workloadFinished()]);
    } finally {
      process.off("SIGHUP", sizes);
      reportSimulator(session, (performance.now() - began) / 1000, args.json);
      const unfinished = await session.stop().finally(() => reportFaults(session, args));
      if (unfinished > 0 && !args.quiet)
        remark(`${unfinished} commands are left to the next owner`);
    }
  },
};

/** A target that stops answering says so where it was started, whoever holds it. */
function tellHolds({ engine }: Session): void {
  let before = false;
  engine.onNotice = ({ params }) => {
    const state = params as HoldState;
    if (state.on !== before) remark(holdText(state));
    before = state.on;
  };
}

/** Wrong data in our own simulator is a finding, not a success. */
function reportSimulator(session: Session, seconds: number, json: boolean): void {
  const stats = session.simStats();
  if (stats === null) return;
  const report = simReport(stats, seconds);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : simReportText(report));
  if (stats.corrupt > 0) process.exitCode = EXIT_CODES.found;
}

/** Data for --json, a remark for a person. */
function reportFaults({ faults }: Session, { json, quiet }: ServeArguments): void {
  if (faults.length === 0) return;
  if (json) process.stdout.write(`${JSON.stringify(faultReport(faults))}\n`);
  else if (!quiet) for (const count of faults) remark(faultReportText(count));
}

function aborted(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stop.addEventListener("abort", () => resolve());
    if (stop.aborted) resolve();
  });
}

/** Stops in order; the error says that there never was anything to use. */
async function stoppedEarly(device: string, session: Session): Promise<TgtctlError> {
  await session.stop();
  return new TgtctlError(
    "interrupted",
    `${device}: told to stop before it was ready`,
    "start again",
  );
}

function readyText(device: string, owner: Owner): string {
  const disks = owner.disks.map(diskText);
  return `ready ${device} ${disks.length > 0 ? disks.join("; ") : owner.luns.map((u) => u.spec).join("; ")}\n`;
}

function readyJson(device: string, owner: Owner): string {
  return `${JSON.stringify({ schema: "tgtctl.ready/1", device, luns: owner.luns, disks: owner.disks })}\n`;
}
