# SPDX-License-Identifier: MIT
# Stores as disks: other sizes, other content, block devices, high LUNs, 16 TiB.

check "full" 300 serve_resized "kill -HUP serve: a file that grew is a disk that grew; the next owner takes it as it is"
serve_resized() {
  load
  serve --lun 0=file:/scratch/disk,size=32M
  mkfs.ext4 -q "$(disk 0)"
  truncate -s 48M /scratch/disk
  kill -HUP "$serve"
  wait_for 20 "the remark" says serve 'LUN 0: now 50331648 bytes'
  echo 1 >"$(device 0)/rescan"
  same "size of the disk" "$(blockdev --getsize64 "$(disk 0)")" $((48 << 20))
  resize2fs "$(disk 0)" >"$dir/resize2fs.log" 2>&1
  e2fsck -fn "$(disk 0)" >"$dir/fsck"
  murder serve
  serve
  same "size of the disk" "$(blockdev --getsize64 "$(disk 0)")" $((48 << 20))
  e2fsck -fn "$(disk 0)" >"$dir/fsck"
  stop serve
}

check "full" 400 serve_block_device "a block device as LUN; one that is mounted, or ours, is refused"
serve_block_device() {
  local loop
  load
  modprobe loop
  truncate -s 32M /scratch/image
  loop=$(losetup --find --show /scratch/image)
  serve --lun 0=file:"$loop"
  same "size of the disk" "$(blockdev --getsize64 "$(disk 0)")" $((32 << 20))
  refused 'our own|itself|tgt_loop' tgtctl serve -D sim --lun 0=file:"$(disk 0)"
  refused 'use|busy' tgtctl serve -D sim --lun 0=file:"$loop"
  mkfs.ext4 -q "$(disk 0)"
  sync
  stop serve
  unload
  e2fsck -fn "$loop" >"$dir/fsck"
  mkdir -p /scratch/mnt
  mount "$loop" /scratch/mnt
  refused 'use|busy' tgtctl serve -D sim --lun 0=file:"$loop"
  umount /scratch/mnt
  losetup -d "$loop"
}

check "full" 400 serve_high_luns "LUNs above 255, 4096-byte blocks, null:, and 16 TiB in a sparse file"
serve_high_luns() {
  local lun
  load
  serve --lun 0=ram:16M --lun 300=ram:16M,bs=4096 --lun 301=null:1G,ro --lun 302=file:/scratch/huge,size=16T
  for lun in 300 301 302; do usable $lun || fail "LUN $lun is not there"; done
  same "block size" "$(blockdev --getss "$(disk 300)")" 4096
  same "size" "$(blockdev --getsize64 "$(disk 302)")" $((16 << 40))
  head -c 64K /dev/urandom >/scratch/data
  dd if=/scratch/data of="$(disk 302)" bs=64k seek=$(((16 << 40) / 65536 - 1)) oflag=direct status=none
  dd if="$(disk 302)" bs=64k skip=$(((16 << 40) / 65536 - 1)) iflag=direct status=none | cmp - /scratch/data
  [ "$(du -k /scratch/huge | cut -f1)" -lt 1024 ] || fail "the sparse file is not sparse"
  dd if=/dev/zero bs=1M count=1 status=none >/scratch/zeroes
  dd if="$(disk 301)" bs=1M count=1 iflag=direct status=none | cmp - /scratch/zeroes
  if dd if=/scratch/data of="$(disk 301)" bs=4k count=1 oflag=direct status=none 2>/dev/null; then
    fail "a read-only unit was written to"
  fi
  verify "$(disk 300)" 4
  stop serve
}

check "full" 300 serve_replaced "other content under an old name is another disk, and the initiator is told"
serve_replaced() {
  local before
  load
  serve --lun 0=file:/scratch/disk,size=16M
  before=$(sg_inq -p sn "$(generic 0)")
  murder serve
  mv /scratch/disk /scratch/old
  truncate -s 16M /scratch/disk
  serve
  for try in 1 2 3; do sg_turs "$(generic 0)" || true; done
  dmesg >"$dir/dmesg"
  contains "the kernel's log" "$dir/dmesg" 'Inquiry data has changed'
  [ "$(sg_inq -p sn "$(generic 0)")" != "$before" ] || fail "another disk under the same serial number"
  murder serve
  serve
  echo "serve_replaced: the same content" >/dev/kmsg
  for try in 1 2 3; do sg_turs "$(generic 0)" || true; done
  dmesg | sed '0,/serve_replaced: the same/d' | grep -q 'Inquiry data has changed' && fail "the same content is called another"
  stop serve
}
