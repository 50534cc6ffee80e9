# SPDX-License-Identifier: MIT
# tgtctl serve: what it says it serves is what the initiator finds.

check "smoke full" 400 serve_disks "serve: INQUIRY, capacity, LUNs, VPD and readiness agree with what is served"
serve_disks() {
  local lun sizes=($((64 << 20)) $((48 << 20)))
  load
  serve --lun 0=ram:64M --lun 1=file:/scratch/disk,size=48M,serial=SECOND
  contains "the ready line" "$dir/serve.log" "^ready /dev/tgt.*$(disk 0).*$(disk 1)"
  for lun in 0 1; do
    sg_turs "$(generic $lun)"
    sg_inq "$(generic $lun)" >"$dir/inquiry$lun"
    contains "INQUIRY" "$dir/inquiry$lun" 'Product identification'
    sg_vpd -p sv "$(generic $lun)" >"$dir/vpd$lun"
    contains "VPD pages" "$dir/vpd$lun" 'Unit serial number'
    contains "VPD pages" "$dir/vpd$lun" 'Device identification'
    sg_vpd -p di "$(generic $lun)" >"$dir/identification$lun"
    sg_readcap "$(generic $lun)" >"$dir/capacity10-$lun"
    contains "READ CAPACITY(10)" "$dir/capacity10-$lun" "Device size: ${sizes[$lun]} bytes"
    sg_readcap -l "$(generic $lun)" >"$dir/capacity16-$lun"
    contains "READ CAPACITY(16)" "$dir/capacity16-$lun" "Device size: ${sizes[$lun]} bytes"
    same "size of the disk" "$(blockdev --getsize64 "$(disk $lun)")" "${sizes[$lun]}"
  done
  sg_vpd -p sn "$(generic 1)" >"$dir/serial"
  contains "serial number" "$dir/serial" SECOND
  cmp -s "$dir/identification0" "$dir/identification1" && fail "two units, one identity"
  sg_luns "$(generic 0)" >"$dir/luns"
  contains "REPORT LUNS" "$dir/luns" '^ *0000000000000000'
  contains "REPORT LUNS" "$dir/luns" '^ *0001000000000000'
  sg_modes "$(generic 0)" >"$dir/modes"
  sg_requests "$(generic 0)" >"$dir/sense" || true
  sg_raw -r 64 "$(generic 0)" c1 00 00 00 00 00 >"$dir/raw" 2>&1 || true
  contains "an unknown command" "$dir/raw" 'Invalid command operation code'
  stop serve
  unload
}

check "smoke full" 500 serve_file_system "a file system on each LUN: made, filled, checked; a file: LUN keeps it across serve"
serve_file_system() {
  local lun
  load
  serve --lun 0=ram:64M --lun 1=file:/scratch/disk,size=64M
  mkdir -p /scratch/mnt
  for lun in 0 1; do
    mkfs.ext4 -q "$(disk $lun)"
    mount "$(disk $lun)" /scratch/mnt
    cp -a /repo/src /repo/kernel /scratch/mnt/
    umount /scratch/mnt
    e2fsck -fn "$(disk $lun)" >"$dir/fsck$lun"
    mount -o ro "$(disk $lun)" /scratch/mnt
    diff -r /repo/src /scratch/mnt/src
    umount /scratch/mnt
  done
  stop serve
  unload
  e2fsck -fn /scratch/disk >"$dir/fsck-file"
  load
  serve --lun 1=file:/scratch/disk
  mount -o ro "$(disk 1)" /scratch/mnt
  diff -r /repo/kernel /scratch/mnt/kernel
  umount /scratch/mnt
  stop serve
}

check "smoke full" 500 serve_verify "fio: random writes at depth 32, each checked by crc32c, on ram: and file:"
serve_verify() {
  local memory
  load
  serve --lun 0=ram:64M --lun 1=file:/scratch/disk,size=64M
  verify "$(disk 0)" "$(count 64 16 4)"
  verify "$(disk 1)" "$(count 64 16 2)"
  same "rejected answers" "$($bin/ringtool telemetry | awk -F= '/^verdict_[2-9]/ { sum += $2 } END { print sum }')" 0
  memory=$(awk '/^RssAnon/ { print $2 }' "/proc/$serve/status")
  echo "RssAnon of serve: $memory kB"
  [ "$memory" -lt $((120 * 1024)) ] || fail "serve has $memory kB of memory of its own"
  stop serve
}

check "full" 900 serve_reload "load, serve, I/O, the owner killed or stopped, unload: again and again"
serve_reload() {
  local round
  head -c 1M /dev/urandom >/scratch/data
  for round in $(seq "$(count 20 3 1)"); do
    load
    serve --lun 0=ram:16M
    dd if=/scratch/data of="$(disk 0)" bs=64k oflag=direct status=none
    dd if="$(disk 0)" bs=64k count=16 iflag=direct status=none | cmp - /scratch/data
    if [ $((round % 2)) = 0 ]; then stop serve; else murder serve; fi
    unload
  done
}

check "full" 600 serve_tormented "serve killed, or stopped for longer than the SCSI timeout, again and again under fio: every block right"
serve_tormented() {
  local round owners=1
  load tmf_secs=2
  serve --lun 0=ram:64M
  # Linux gives a command six timeouts in all, and then not even a unit attention is retried
  scsi_timeout 8 0
  start fio_ verify_until /scratch/enough
  for round in $(seq "$(count 20 4 2)"); do
    wait_for 90 "traffic" busier "$(telemetry ukring_events_0)"
    gone "$fio_" && break
    if [ $((round % 2)) = 0 ]; then
      kill -STOP "$serve"
      sleep 12
    fi
    if [ $((round % 4)) = 2 ]; then
      kill -CONT "$serve"
    else
      murder serve
      serve # no --lun: what the last one served
      owners=$((owners + 1))
      contains "the new owner" "$dir/serve.log" 'what the last owner served|ready'
    fi
  done
  : >/scratch/enough
  ends fio_ 300
  same "epoch" "$(telemetry epoch)" $owners
  same "state of the disk" "$(cat "$(device 0)/state")" running
  wait_for 30 "no command in flight" telemetry_is outstanding -eq 0
  same "commands in the kernel" "$(tail -n +2 /sys/kernel/debug/scsi_tgt/commands)" ''
  stop serve
}
busier() { telemetry_is ukring_events_0 -gt $(($1 + 200)) || gone "$fio_"; }
# one verified run after the other until FILE is there
verify_until() {
  until [ -e "$1" ]; do verify "$(disk 0)" 8 || return 1; done
}

check "full" 300 serve_orderly_end "serve stopped under fio: exit 0, the next serve goes on"
serve_orderly_end() {
  load
  serve --lun 0=file:/scratch/disk,size=32M
  start fio_ verify "$(disk 0)" 8
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 300
  stop serve
  serve --lun 0=file:/scratch/disk
  ends fio_ 200
  stop serve
}
