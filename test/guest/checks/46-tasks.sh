# SPDX-License-Identifier: MIT
# Task attributes and task management, sent from two I_T nexuses through the
# debugfs hook of tgt_loop: Linux itself sends SIMPLE only.

test_unit_ready=000000000000
# fault rules delay these
slow_read='cdb 28000000000500000100 in 512'
held_read='cdb 28000000000600000100 in 512'

# two_nexuses [OPTIONS OF LUN 0]: LUN 0 and 1, READ(10) of block 5 takes 10 s, of block 6 minutes
two_nexuses() {
  load -- hosts=2
  serve --lun "0=ram:16M$1" --lun 1=ram:16M --fault 'opcode == READ_10 && lba == 5 : delay 10000' \
    --fault 'opcode == READ_10 && lba == 6 : delay 300000'
  for lun in 0 1; do for host in 1 2; do wait_for 30 "LUN $lun of host $host" usable $lun $host; done; done
  wait_for 30 "an idle device" telemetry_is outstanding -eq 0
  mapfile -t nexus < <(target_hosts)
}

# send NAME NEXUS LINE: in the background; $dir/NAME.log has the result
send() { start "$1" send_line "${nexus[$2 - 1]}" "$3"; }
send_line() {
  exec 9<>"/sys/kernel/debug/tgt_loop/host$1/send"
  echo "$2" >&9
  cat <&9 # what this file's last write brought
}
now() { # NAME NEXUS LINE: send, and wait for the result
  send "$@"
  ends "$1" 30
}

# field NAME WORD -> what stands behind WORD in the result
field() { sed -n "s/^$2 *//p" "$dir/$1.log"; }
# in_kernel N: so many commands are there
in_kernel() { [ "$(tail -n +2 /sys/kernel/debug/scsi_tgt/commands | wc -l)" -eq "$1" ]; }
running() { gone "${!1}" && fail "$1 is over: $(cat "$dir/$1.log")" || true; }
# answered NAME...: answers lie in ukring in this order
answered() {
  local tags='' name
  for name; do tags+=" $(field "$name" tag)"; done
  tgtctl dump --json >"$dir/dump"
  same "order of $*, as tags" "$("$NODE" /repo/test/guest/answered.js "$dir/dump" $tags)" "${tags# }"
}
status() { same "status of $1" "$(field "$1" status)" "$2"; }
# attention NAME ASC/ASCQ: it ended with this unit attention
attention() {
  local sense
  status "$1" 02
  sense=$(field "$1" sense)
  same "sense of $1" "${sense:4:2} ${sense:24:2}/${sense:26:2}" "06 $2"
}
# ready NEXUS LUN: nothing is left to be told
ready() {
  now "ready$1$2" "$1" "cdb $test_unit_ready lun $2"
  status "ready$1$2" 00
}

check "full" 300 task_attributes "HEAD OF QUEUE passes, ORDERED waits, SIMPLE waits behind ORDERED, nexus or not"
task_attributes() {
  two_nexuses ''
  send slow 1 "$slow_read"
  wait_for 10 "the slow command" in_kernel 1
  now beside 2 "cdb $test_unit_ready attr simple"
  running slow
  send ordered 2 "cdb $test_unit_ready attr ordered"
  wait_for 10 "the ORDERED command" in_kernel 2
  send behind 1 "cdb $test_unit_ready attr simple"
  wait_for 10 "the SIMPLE command" in_kernel 3
  now head 1 "cdb $test_unit_ready attr head"
  now elsewhere 1 "cdb $test_unit_ready attr simple lun 1"
  running slow
  running ordered
  running behind
  for name in slow ordered behind; do ends $name 30; done
  for name in slow beside ordered behind head elsewhere; do status $name 00; done
  answered beside head elsewhere slow ordered behind
  stop serve
}

check "full" 300 task_set_full "queue=2: the third command gets TASK SET FULL, later ones are taken again"
task_set_full() {
  two_nexuses ,queue=2
  send first 1 "$slow_read"
  send second 2 "$slow_read"
  wait_for 10 "both commands" in_kernel 2
  now third 1 "$slow_read"
  status third 28
  now elsewhere 1 "cdb $test_unit_ready lun 1"
  status elsewhere 00
  ends first 30
  ends second 30
  status first 00
  status second 00
  now fourth 2 "$slow_read"
  status fourth 00
  # Linux lowers its depth and goes on
  verify "$(disk 0)" 2 --iodepth=16
  stop serve
}

check "full" 400 task_management "aborts, sets and resets: who loses which commands, and what the other nexus is told"
task_management() {
  local lun host
  two_nexuses ''
  # ABORT TASK: that one, of this nexus
  send first 1 "$held_read tag 77"
  send second 1 "$held_read tag 78"
  wait_for 10 "both commands" in_kernel 2
  function_ends abort-task 1 'tag 77' 0
  aborted first
  function_ends abort-task 1 'tag 77' -17 # there is none any more
  function_ends abort-task 2 'tag 78' -17
  running second
  function_ends abort-task 1 'tag 78' 0
  aborted second

  # ABORT TASK SET: all of this nexus at this LUN
  send first 1 "$held_read"
  send second 2 "$held_read"
  send third 1 "$held_read lun 1"
  wait_for 10 "the commands" in_kernel 3
  function_ends abort-task-set 1 '' 0
  aborted first
  running second
  running third
  function_ends abort-task-set 2 '' 0
  aborted second
  ready 1 0
  ready 2 0

  # CLEAR TASK SET: everybody's at this LUN; the other one is told
  send first 1 "$held_read"
  send second 2 "$held_read"
  wait_for 10 "the commands" in_kernel 3
  function_ends clear-task-set 1 '' 0
  aborted first
  ends second 10
  status second 40 # TASK ABORTED (TAS is set)
  running third
  now told 2 "cdb $test_unit_ready"
  attention told 2f/00
  ready 2 0
  ready 1 0

  # CLEAR ACA: there is none
  now refused_aca 1 "tmf clear-aca"
  [ "$(field refused_aca answer)" -lt 0 ] || fail "CLEAR ACA was accepted"

  # LOGICAL UNIT RESET: everybody's at this LUN; all are told, once
  send first 1 "$held_read"
  send second 2 "$held_read"
  wait_for 10 "the commands" in_kernel 3
  function_ends lun-reset 2 '' 0
  for name in first second; do ends $name 10; done
  running third
  for host in 1 2; do
    now told $host "cdb $test_unit_ready"
    attention told 29/03
    ready $host 0
    ready $host 1
  done

  # TARGET RESET: everybody's everywhere
  send first 1 "$held_read"
  send second 2 "$held_read"
  wait_for 10 "the commands" in_kernel 3
  function_ends target-reset 1 '' 0
  for name in first second third; do ends $name 10; done
  for host in 1 2; do
    for lun in 0 1; do
      now told $host "cdb $test_unit_ready lun $lun"
      attention told 29/03
      ready $host $lun
    done
  done
  wait_for 10 "no command in flight" in_kernel 0
  same outstanding "$(telemetry outstanding)" 0
  stop serve
}
# function_ends NAME NEXUS WORDS ANSWER
function_ends() {
  now function "$2" "tmf $1 $3"
  same "answer to $1" "$(field function answer)" "$4"
}
aborted() { # NAME: no status came
  ends "$1" 10
  same "host byte of $1" "$(field "$1" host_byte)" 08
}
