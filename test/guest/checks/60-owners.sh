# SPDX-License-Identifier: MIT
# Owners that die, stop, hold or never come back: no command is lost, and none
# waits for ever.

check "smoke full" 120 unfinished_wait "unfinished commands wait for the next owner and are sent to it again"
unfinished_wait() {
  load
  head -c 64K /dev/urandom >/scratch/disk
  responder --file /scratch/disk --size 16
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/scratch/got bs=64k count=1 iflag=direct status=none
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  murder responder
  sleep 2
  [ "$(telemetry outstanding)" -gt 0 ] || fail "the command is gone with its owner"
  gone "$reader" && fail "the reader did not wait"
  start responder $bin/responder-2006 --file /scratch/disk --size 16
  ends reader 60
  cmp -n 65536 /scratch/got /scratch/disk
}

check "full" 180 reattach_expires "after reattach_secs without an owner commands fail; a later owner serves again"
reattach_expires() {
  : >"$dir/may-fail"
  load reattach_secs=3
  responder --size 16
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  murder responder
  ends reader 120 1
  contains "the reader" "$dir/reader.log" 'error'
  telemetry_is outstanding -eq 0 || fail "commands are left: $(telemetry outstanding)"
  start responder $bin/responder-2006 --size 16
  wait_for 60 "the disk to work again" usable 0
}

check "full" 240 stopped_owner "an owner stopped for longer than the SCSI timeout: nothing fails, nothing goes offline"
stopped_owner() {
  load tmf_secs=2
  responder --size 64
  scsi_timeout 4 0
  start fio_ verify "$(disk 0)" 4
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 200
  kill -STOP "$responder"
  sleep 15
  kill -CONT "$responder"
  ends fio_ 150
  usable 0 || fail "the disk is not usable afterwards: $(cat "$(device 0)/state")"
  same "state" "$(cat "$(device 0)/state")" running
}

check "full" 120 hold_stops_the_clock "while the owner holds, commands do not time out"
hold_stops_the_clock() {
  load reattach_secs=60
  responder --size 16
  scsi_timeout 2 0
  stop responder
  start holder $bin/ringtool hold-commands
  wait_for 10 "the holder" says holder ready
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct status=none
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  sleep 8
  same "task management while held" "$(telemetry kuring_events_4)" 0
  gone "$reader" && fail "the command did not wait"
  murder holder
  start responder $bin/responder-2006 --size 16
  ends reader 60
}

check "smoke full" 300 full_kuring "more commands than kuring has slots: they wait, none is lost"
full_kuring() {
  local host jobs=()
  load -- hosts=4
  start responder $bin/responder-2006 --size 16
  wait_for 20 "the responder" says responder ready
  scan
  for host in 1 2 3 4; do
    wait_for 60 "the disk of host $host" usable 0 $host
    echo 300 >"$(device 0 $host)/timeout" # filling the ring may take its time here
    echo 240 >"$(device 0 $host)/queue_depth" || true
    jobs+=(--name=host$host --filename="$(disk 0 $host)")
  done
  kill -STOP "$responder"
  start fio_ fio --ioengine=libaio --direct=1 --rw=randread --bs=512 --iodepth=240 \
    --number_ios=600 --size=16m "${jobs[@]}"
  wait_for 120 "kuring to be full" telemetry_is kuring_full -gt 0
  kill -CONT "$responder"
  ends fio_ 200
  contains "fio" "$dir/fio_.log" 'total=600,0,0,0'
  wait_for 20 "an idle device" telemetry_is outstanding -eq 0
  same "CMD_REQ and CMD_DONE" "$(telemetry kuring_events_2)" "$(telemetry kuring_events_3)"
  same "task management" "$(telemetry kuring_events_4)" 0
}

check "full" 120 aborts_reach_the_responder "ABORT TASK for what a stopped responder sits on; afterwards the disk works"
aborts_reach_the_responder() {
  load tmf_secs=1
  responder --size 16
  scsi_timeout 2 0
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct status=none
  wait_for 60 "an abort" telemetry_is kuring_events_4 -gt 0
  kill -CONT "$responder"
  ends reader 90
  usable 0
}

check "full" 60 command_table "debugfs shows what the kernel holds"
command_table() {
  local table=/sys/kernel/debug/scsi_tgt/commands
  load
  responder --size 16
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct status=none
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  cat $table >"$dir/table"
  contains "the table" "$dir/table" 'sent'
  kill -CONT "$responder"
  ends reader 30
}
