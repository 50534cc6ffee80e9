# SPDX-License-Identifier: MIT
# Holding the target from a second terminal: nothing is lost, nobody loses patience, and what goes out
# is what the person at the keyboard made of it.

# held N: so many answers are kept back
held() { [ "$(tgtctl held --json | field_of held)" -eq "$1" ]; }
field_of() { "$NODE" -e 'const d = JSON.parse(require("fs").readFileSync(0)); console.log(eval("d." + process.argv[1]))' "$1"; }
first_held() { tgtctl held --json | field_of 'items[0].host_no + ":" + d.items[0].cid'; }
in_hold() { [ $(($(telemetry flags) & 2)) -eq "$1" ]; }

check "smoke full" 400 hold_step_edit "hold for three SCSI timeouts, step, edit a READ into a medium error, continue: no abort"
hold_step_edit() {
  local patience=4
  [ -z "${CHECK_SOAK:-}" ] || patience=30
  : >"$dir/may-fail"
  echo 0 >/proc/sys/kernel/hung_task_timeout_secs
  load
  serve --lun 0=ram:16M
  wait_for 30 "the disk" usable 0
  wait_for 30 "an idle device" telemetry_is outstanding -eq 0
  scsi_timeout $patience 0
  tgtctl hold >"$dir/hold"
  contains "hold" "$dir/hold" 'held: 0 answers'
  in_hold 2 || fail "the kernel was not asked to hold"
  start reader dd if="$(disk 0)" of=/scratch/got bs=4k count=3 iflag=direct
  wait_for 30 "a held answer" held 1
  sleep $((3 * patience))
  held 1 || fail "something else than one answer is held: $(tgtctl held)"
  same "task management while held" "$(telemetry kuring_events_4)" 0
  tgtctl held >"$dir/held"
  contains "held" "$dir/held" 'READ\(10\) lba=0x0 blocks=8: GOOD 4096 B'
  tgtctl step >"$dir/step"
  contains "step" "$dir/step" 'READ\(10\) lba=0x0 .*: OK'
  wait_for 30 "the second READ" held 1
  contains "held" <(tgtctl held) 'lba=0x8 '
  tgtctl release "$(first_held)" --sense 3/11/00 >"$dir/release"
  contains "release" <(tr -s '\n ' ' ' <"$dir/release") 'CHECK CONDITION.*MEDIUM ERROR 11/00.*: OK'
  ends reader 60 1
  contains "the reader" "$dir/reader.log" 'No data available' # what a medium error is to a reader
  dmesg | tail -n 20 >"$dir/dmesg"
  contains "the kernel's log" "$dir/dmesg" 'Medium Error|critical medium error'
  tgtctl continue >"$dir/continue"
  in_hold 0 || fail "the kernel still holds"
  usable 0
  same "task management" "$(telemetry kuring_events_4)" 0
  stop serve
}

check "smoke full" 300 killed_while_holding "kill -9 while holding: the hold is gone, the next owner answers what was held"
killed_while_holding() {
  load
  head -c 64K /dev/urandom >/scratch/disk
  truncate -s 16M /scratch/disk
  serve --lun 0=file:/scratch/disk
  wait_for 30 "the disk" usable 0
  wait_for 30 "an idle device" telemetry_is outstanding -eq 0
  tgtctl hold >/dev/null
  start reader dd if="$(disk 0)" of=/scratch/got bs=64k count=1 iflag=direct status=none
  wait_for 30 "a held answer" held 1
  murder serve
  in_hold 0 || fail "the hold outlived its owner"
  refused 'nobody|no owner|tgtctl serve' tgtctl held
  gone "$reader" && fail "the reader did not wait"
  serve --lun 0=file:/scratch/disk
  ends reader 60
  cmp -n 65536 /scratch/got /scratch/disk
  stop serve
}

check "full" 400 held_under_load "fio verify while it is held, stepped, released out of order and let go, again and again"
held_under_load() {
  local round
  load
  serve --lun 0=ram:32M
  wait_for 30 "the disk" usable 0
  start fio_ verify "$(disk 0)" 16 --iodepth=8 --loops="$(count 20 2 1)"
  for round in $(seq "$(count 40 5 2)"); do
    gone "$fio_" && break
    tgtctl hold >/dev/null
    sleep 0.5
    tgtctl step 3 >>"$dir/step"
    tgtctl held --json >"$dir/held"
    if [ "$(field_of items.length <"$dir/held")" -gt 1 ]; then
      tgtctl release "$(field_of 'items.at(-1).host_no + ":" + d.items.at(-1).cid' <"$dir/held")" >>"$dir/step"
    fi
    tgtctl continue >/dev/null
    sleep 0.2
  done
  ends fio_ 300
  ! grep -E ': E[A-Z]+$' "$dir/step" || fail "an answer was refused"
  same "task management" "$(telemetry kuring_events_4)" 0
  wait_for 20 "an idle device" telemetry_is outstanding -eq 0
  stop serve
}

check "full" 300 breakpoints "a breakpoint holds the target at the event, counts its hits, and errors name the column"
breakpoints() {
  load
  serve --lun 0=ram:16M
  wait_for 30 "the disk" usable 0
  wait_for 30 "an idle device" telemetry_is outstanding -eq 0
  refused 'column 1' tgtctl break add 'lbaa == 8'
  tgtctl break add 'opcode == READ_10 && lba == 0x10' >"$dir/added"
  contains "break add" "$dir/added" 'breakpoint 1:'
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=4 iflag=direct status=none
  wait_for 30 "the breakpoint" held 1
  tgtctl held >"$dir/held"
  contains "held" "$dir/held" 'by breakpoint 1'
  contains "held" "$dir/held" 'lba=0x10 '
  tgtctl break list >"$dir/list"
  contains "break list" "$dir/list" '\([1-9][0-9]* hits?'
  tgtctl break delete 1 >/dev/null
  tgtctl continue >/dev/null
  ends reader 30
  stop serve
}

check "full" 400 dropped_and_aborted "a dropped command is aborted by the initiator, and its retry is answered"
dropped_and_aborted() {
  load
  serve --lun 0=ram:16M
  wait_for 30 "the disk" usable 0
  wait_for 30 "an idle device" telemetry_is outstanding -eq 0
  scsi_timeout 3 0
  tgtctl hold >/dev/null
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct status=none
  wait_for 30 "a held answer" held 1
  tgtctl drop "$(first_held)" >"$dir/drop"
  contains "drop" "$dir/drop" 'READ\(10\).*dropped'
  tgtctl continue >/dev/null
  ends reader 60
  [ "$(telemetry kuring_events_4)" -gt 0 ] || fail "nobody aborted it"
  stop serve
}

check "full" 400 units_at_run_time "LUNs added, resized and removed while serving; one in use stays"
units_at_run_time() {
  load
  serve --lun 0=ram:16M
  tgtctl lun add 3=ram:8M >"$dir/add"
  contains "lun add" "$dir/add" 'LUN 3=ram:8388608 '
  contains "lun add" "$dir/add" 'host[0-9]+:3 -> /dev/sd'
  wait_for 30 "the new disk" usable 3
  tgtctl lun resize 3 32M >/dev/null
  wait_for 30 "the new size" test "$(blockdev --getsize64 "$(disk 3)")" = $((32 << 20))
  mkfs.ext4 -q "$(disk 3)"
  mkdir /scratch/mount
  mount "$(disk 3)" /scratch/mount
  refused 'in use.*EBUSY' tgtctl lun remove 3
  umount /scratch/mount
  tgtctl lun remove 3 >/dev/null
  [ -z "$(disk 3)" ] || fail "its disk is still there: $(disk 3)"
  tgtctl lun list >"$dir/list"
  same "LUNs" "$(wc -l <"$dir/list")" 1
  usable 0
  murder serve # word of what is served was left
  serve
  usable 0
  stop serve
}

check "full" 400 hold_without_the_kernel "a kernel without hold: SCSI timeouts are raised, and put back, also after kill -9"
hold_without_the_kernel() {
  load extras=N
  serve --lun 0=ram:16M
  wait_for 30 "the disk" usable 0
  echo 7 >"$(device 0)/timeout"
  tgtctl hold >/dev/null
  same "timeout while held" "$(cat "$(device 0)/timeout")" 3600
  contains "serve" "$dir/serve.log" 'already started keep'
  tgtctl continue >/dev/null
  same "timeout afterwards" "$(cat "$(device 0)/timeout")" 7
  tgtctl hold >/dev/null
  same "timeout while held" "$(cat "$(device 0)/timeout")" 3600
  murder serve
  serve --lun 0=ram:16M
  same "timeout with the next owner" "$(cat "$(device 0)/timeout")" 7
  contains "serve" "$dir/serve.log" 'put back'
  stop serve
}
