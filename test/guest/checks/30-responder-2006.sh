# SPDX-License-Identifier: MIT
# A daemon of 2006, unmodified, must find the interface it knew.

check "smoke full" 300 daemon_of_2006 "the 2006 responder serves a disk: probe, ext4, round trip byte for byte"
daemon_of_2006() {
  load
  responder --file /scratch/disk --size 64
  sg_inq "$(generic 0)" >"$dir/inquiry"
  contains "INQUIRY" "$dir/inquiry" VIRTUAL-DISK
  same "size" "$(blockdev --getsize64 "$(disk 0)")" $((64 << 20))
  head -c 8M /dev/urandom >/scratch/data
  dd if=/scratch/data of="$(disk 0)" bs=128k oflag=direct status=none
  dd if="$(disk 0)" bs=128k count=64 iflag=direct status=none | cmp - /scratch/data
  cmp -n $((8 << 20)) /scratch/disk /scratch/data
  mkfs.ext4 -q "$(disk 0)"
  mkdir -p /scratch/mnt
  mount "$(disk 0)" /scratch/mnt
  cp /scratch/data /scratch/mnt/
  umount /scratch/mnt
  e2fsck -fn "$(disk 0)"
  stop responder
  same "errors in CMD_DONE" "$(sed -n 's/.*errors //p' "$dir/responder.log")" 0
}

check "full" 120 overlong_mode_sense "MODE SENSE answers longer than asked are clamped, not refused"
overlong_mode_sense() {
  local before
  load
  responder --size 16
  before=$(telemetry verdict_1)
  [ "$before" -gt 0 ] || fail "the probe met no overlong answer"
  sg_raw -r 12 "$(generic 0)" 1a 00 3f 00 0c 00 >"$dir/raw" 2>&1
  contains "MODE SENSE" "$dir/raw" 'Received 12 bytes'
  same "clamped verdicts" "$(telemetry verdict_1)" $((before + 1))
  same "rejected verdicts" "$($bin/ringtool telemetry | awk -F= '/^verdict_[2-9]/ { sum += $2 } END { print sum }')" 0
}

check "full" 60 sense_in_uaddr "sense data come from uaddr"
sense_in_uaddr() {
  load
  responder --size 16
  sg_raw -r 64 "$(generic 0)" c1 00 00 00 00 00 >"$dir/raw" 2>&1 || true
  contains "an unknown command" "$dir/raw" 'Invalid command operation code'
}

check "full" 600 restarts_under_load "the 2006 responder starts again in the middle of I/O, commands in hand"
restarts_under_load() {
  local count
  load
  responder --size 64 --restart-after "$(count 50 100 200)"
  verify "$(disk 0)" "$(count 64 16 4)" >"$dir/fio"
  stop responder
  count=$(sed -n 's/.*restarts \([0-9]*\),.*/\1/p' "$dir/responder.log")
  [ "$count" -ge 3 ] || fail "only $count restarts"
  same "epoch" "$(telemetry epoch)" $((count + 1))
}

check "full" 300 restart_by_signal "the 2006 responder closes and starts again on a signal, disk and data intact"
restart_by_signal() {
  local round
  load
  responder --size 32
  start fio_ fio --name=verify --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randwrite --bs=4k \
    --iodepth=16 --size=8m --verify=crc32c --verify_fatal=1
  for round in 1 2 3; do
    wait_for 60 "traffic" busier_than "$(telemetry ukring_events_0)"
    gone "$fio_" && break
    kill -HUP "$responder"
  done
  ends fio_ 200
}
busier_than() { telemetry_is ukring_events_0 -gt $(($1 + 100)) || gone "$fio_"; }
