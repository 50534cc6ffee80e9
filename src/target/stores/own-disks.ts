// SPDX-License-Identifier: MIT
// Finds the disks this target itself makes: a store on one would wait for the process that reads it.
import type { FileSystem } from "./file-system.js";

/** proc_name of the module that makes hosts of a target. */
const OWN_DRIVER = "tgt_loop";

const deviceFolder = (files: FileSystem, device: string): string | null =>
  files.realPath(`/sys/dev/block/${device}`);

/** Is it `.../hostN/targetN:C:I/N:C:I:L/block/sdX`, and host N ours? */
function isOwn(files: FileSystem, folder: string): boolean {
  const [, path, host] = /^(.*?\/(host\d+))\/target/.exec(folder) ?? [];
  if (path === undefined) return false;
  return files.readText(`${path}/scsi_host/${host}/proc_name`) === OWN_DRIVER;
}

/** What a device-mapper, RAID or loop device (or a partition of one) lies on. */
function below(files: FileSystem, folder: string): (string | null)[] {
  const whole = files.readText(`${folder}/partition`) === null ? folder : `${folder}/..`;
  const slaves = files.list(`${whole}/slaves`) ?? [];
  const file = files.readText(`${whole}/loop/backing_file`);
  const device = file === null ? undefined : files.stat(file)?.device;
  return [
    ...slaves.map((name) => files.realPath(`${whole}/slaves/${name}`)),
    device === undefined ? null : deviceFolder(files, device),
  ];
}

function search(files: FileSystem, folder: string | null): string | null {
  if (folder === null) return null;
  if (isOwn(files, folder)) return /\/block\/([^/]+)/.exec(folder)?.[1] ?? folder;
  for (const next of below(files, folder)) {
    const found = search(files, next);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The name ("sdb") of the disk of this target that block device `device` ("8:16") is or lies on;
 * null: none. File systems without a device of their own (btrfs, NFS) are not seen through.
 */
export function ownDisk(files: FileSystem, device: string): string | null {
  return search(files, deviceFolder(files, device));
}
