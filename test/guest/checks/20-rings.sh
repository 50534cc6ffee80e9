# SPDX-License-Identifier: MIT
# The device by itself: mappings, owners and observers, telemetry, verdicts.

check "smoke full" 60 mappings "what mmap takes and what it refuses"
mappings() {
  load
  $bin/ringtool maps
}

check "smoke full" 60 observer_cannot_write "a read-only file changes nothing"
observer_cannot_write() {
  load
  $bin/ringtool observer
  start owner $bin/ringtool open rw
  wait_for 10 "the owner" says owner ready
  $bin/ringtool observer
}

check "smoke full" 60 one_owner "a second owner gets EBUSY, unless exclusive=0"
one_owner() {
  load
  start owner $bin/ringtool open rw
  wait_for 10 "the owner" says owner ready
  $bin/ringtool second-owner
  same "owner in telemetry" "$(telemetry owner_pid)" "$owner"
  murder owner
  same "owner in telemetry afterwards" "$(telemetry owner_pid)" 0
  unload
  load exclusive=0
  start owner $bin/ringtool open rw
  start another $bin/ringtool open rw
  wait_for 10 "both owners" says another ready
  wait_for 10 "both owners" says owner ready
}

check "full" 60 device_node "the node: tgt in /proc/devices, minor 0, mode 0600, gone with the module"
device_node() {
  local major
  load
  major=$(awk '$2 == "tgt" { print $1 }' /proc/devices)
  same "device number" "$(stat -c '%t:%T' /dev/tgt)" "$(printf %x "$major"):0"
  same "mode" "$(stat -c %a /dev/tgt)" 600
  unload
  [ ! -e /dev/tgt ] || fail "/dev/tgt is still there after rmmod"
}

check "smoke full" 120 telemetry_counts "the telemetry window counts owners, events and doorbells"
telemetry_counts() {
  load
  same magic "$(telemetry magic)" 0x54544754
  same entry_size "$(telemetry entry_size)" 96
  same nr_entry "$(telemetry nr_entry)" 512
  same "epoch before the first owner" "$(telemetry epoch)" 0
  responder --size 16
  same epoch "$(telemetry epoch)" 1
  same "devices" "$(telemetry devices)" 1
  wait_for 20 "an idle device" telemetry_is outstanding -eq 0
  same "CMD_REQ and CMD_RSP" "$(telemetry kuring_events_2)" "$(telemetry ukring_events_0)"
  same "CMD_REQ and CMD_DONE" "$(telemetry kuring_events_2)" "$(telemetry kuring_events_3)"
  same "doorbells" "$(telemetry doorbells)" "$(telemetry ukring_consumed)"
  stop responder
  responder --size 16
  same "epoch of the second owner" "$(telemetry epoch)" 2
}

check "smoke full" 120 observer_wakes "an observer's poll tells of traffic beside the owner"
observer_wakes() {
  load
  responder --size 16
  start watcher $bin/ringtool watch 30000
  wait_for 10 "the watcher" says watcher ready
  dd if="$(disk 0)" of=/dev/null bs=4k count=4 iflag=direct status=none
  ends watcher 30
  contains "the watcher" "$dir/watcher.log" 'produced=[1-9]'
}

check "smoke full" 300 hostile_answers "every wrong answer gets its verdict, and the disk works on"
hostile_answers() {
  load
  head -c 512K /dev/urandom >/scratch/data
  start hostile $bin/hostile 16
  wait_for 20 "the responder" says hostile ready
  scan
  wait_for 60 "the disk" usable 0
  dd if=/scratch/data of="$(disk 0)" bs=32k oflag=direct status=none
  dd if="$(disk 0)" bs=32k count=16 iflag=direct status=none | cmp - /scratch/data
  stop hostile
  tail -n 1 "$dir/hostile.log"
}

check "smoke full" 200 device_contract "what every ring device keeps to, on /dev/tgt"
device_contract() {
  load
  TGTCTL_ADDON_ROOT=/repo "$NODE" /repo/build/contract.mjs /dev/tgt
  unload
}
