# SPDX-License-Identifier: MIT
# The rings of a process by its pid: shown as they are, without the device being opened.

tracing=/sys/kernel/tracing
# From now on every open() of the device counts, whoever does it.
count_opens() {
  echo >$tracing/kprobe_events
  echo 'p:tgt_opened scsi_tgt:tgt_open' >$tracing/kprobe_events
  echo 1 >$tracing/events/kprobes/tgt_opened/enable
}
opens() { awk '$1 == "tgt_opened" { print $2 }' $tracing/kprobe_profile; }
count_no_more() {
  echo 0 >$tracing/events/kprobes/tgt_opened/enable
  echo >$tracing/kprobe_events
}

# slots FILE: what a dump in JSON says of the slots
slots() {
  "$NODE" -e '
    const { rings } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const row = ({ slot, status, len, type, event }) => ({ slot, status, len, type, event });
    for (const name of ["kuring", "ukring"])
      for (const each of rings[name].slots) console.log(name, JSON.stringify(row(each)));
  ' "$1"
}
# last FILE EXPRESSION: of the last frame, called f
last() {
  "$NODE" -p "const f = JSON.parse(require('fs').readFileSync('$1', 'utf8').trim().split('\n').at(-1)); $2"
}

check "smoke full" 240 by_pid_opens_nothing "dump and top --pid show what the 2006 responder maps, and nobody opens the device"
by_pid_opens_nothing() {
  load
  responder --size 16
  dd if="$(disk 0)" of=/dev/null bs=4k count=40 iflag=direct status=none
  count_opens
  tgtctl dump --json --pid "$responder" >"$dir/dump" 2>"$dir/dump.log"
  tgtctl top --batch --json -n 2 -d 0.2 --pid "$responder" >"$dir/frames" 2>"$dir/top.log"
  same "opened by pid" "$(opens)" 0
  # the count would have told
  $bin/ringtool image /scratch/image
  tgtctl dump >"$dir/opened" 2>>"$dir/dump.log"
  same "opened" "$(opens)" 2
  count_no_more
  tgtctl dump --json /scratch/image >"$dir/image"
  slots "$dir/dump" >"$dir/slots"
  slots "$dir/image" | diff - "$dir/slots"
  [ "$(wc -l <"$dir/slots")" -gt 100 ] || fail "only $(wc -l <"$dir/slots") slots are used"
  same "device" "$(last "$dir/frames" 'f.device')" /dev/tgt
  same "requests seen" "$(last "$dir/frames" 'f.counters.seen.cmd_req > 40')" true
  # the daemon made its node anew since, and the old one is deleted
  mv /dev/tgt /dev/tgt-moved
  tgtctl dump --pid "$responder" >"$dir/moved"
  rm /dev/tgt-moved
  tgtctl dump --pid "$responder" >"$dir/deleted"
  contains "dump without a node" "$dir/deleted" 'READ\(10\)'
  stop responder
}

# both_watch PID: top --observe and top --pid, from a moment of rest on, until `rest` says so
both_watch() {
  start observed "$NODE" /repo/bin/tgtctl.js top --observe --batch --json -d 0.5
  start by_pid "$NODE" /repo/bin/tgtctl.js top --batch --json -d 0.5 --pid "$1"
  wait_for 60 "frames" says observed frame/1
  wait_for 60 "frames by pid" says by_pid frame/1
}
# both_agree EVENTS: once nothing goes on any more
both_agree() {
  sleep 3
  stop observed
  stop by_pid
  "$NODE" /repo/test/guest/same-events.js "$dir/observed.log" "$dir/by_pid.log" "$1"
}

check "full" 400 by_pid_as_observed "top --pid of serve and of the 2006 responder shows what top --observe shows"
by_pid_as_observed() {
  load
  serve --lun 0=ram:16M
  wait_for 20 "an idle device" telemetry_is outstanding -eq 0
  both_watch "$serve"
  fio --name=calm --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randrw --bs=4k --iodepth=4 \
    --size=8m --number_ios=600 --rate_iops=40,40 >"$dir/fio"
  both_agree 600
  same "remarks on serve" "$(last "$dir/by_pid.log" 'f.process.remarks.length + " " + f.missed')" "0 0"
  stop serve
  unload

  load
  responder --size 16
  both_watch "$responder"
  fio --name=calm --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randrw --bs=4k --iodepth=4 \
    --size=8m --number_ios=600 --rate_iops=40,40 >"$dir/fio"
  # commands that wait are in both lists
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=1 iflag=direct status=none
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  both_agree 600
  same "in flight" "$(last "$dir/by_pid.log" 'f.inflight.length > 0')" true
  same "missed" "$(last "$dir/by_pid.log" 'f.missed')" null
  contains "remarks" "$dir/by_pid.log" 'is stopped'
  kill -CONT "$responder"
  ends reader 60
  stop responder
}

check "full" 400 by_pid_too_slow "who looks too seldom is told of some that were missed, and never of too many"
by_pid_too_slow() {
  local truth told
  load
  responder --size 16
  start by_pid "$NODE" /repo/bin/tgtctl.js top --batch --json -d 0.5 --pid "$responder"
  wait_for 60 "frames by pid" says by_pid frame/1
  start fio_ fio --name=load --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randread --bs=4k \
    --iodepth=32 --size=16m --time_based --runtime=300
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 200
  for round in 1 2 3; do
    kill -STOP "$by_pid"
    wait_for 60 "some laps" many_more "$(telemetry ukring_events_0)"
    kill -CONT "$by_pid"
    sleep 2
  done
  kill -INT "$fio_"
  wait_for 30 "fio to end" gone "$fio_"
  sleep 3
  stop by_pid
  truth=$($bin/ringtool telemetry | awk -F= '/^(kuring|ukring)_events_/ { sum += $2 } END { print sum }')
  truth=$((truth - $(last "$dir/by_pid.log" 'Object.values(f.counters.seen).reduce((a, b) => a + b)')))
  told=$(last "$dir/by_pid.log" 'f.missed_at_least')
  echo "missed $truth, told of $told"
  [ "$told" -gt 0 ] || fail "told of none of $truth"
  [ "$told" -le "$truth" ] || fail "told of $told, though only $truth were missed"
  stop responder
}
many_more() { telemetry_is ukring_events_0 -gt $(($1 + 1500)); }

check "full" 240 by_pid_stopped "an owner that is stopped under load is shown as it stands, and goes on unharmed"
by_pid_stopped() {
  load
  responder --size 16
  start fio_ verify "$(disk 0)" 4
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 100
  kill -STOP "$responder"
  sleep 2
  tgtctl dump --json --pid "$responder" >"$dir/first"
  tgtctl dump --json --pid "$responder" >"$dir/second"
  slots "$dir/first" >"$dir/slots"
  slots "$dir/second" | diff - "$dir/slots"
  $bin/ringtool image /scratch/image
  tgtctl dump --json /scratch/image >"$dir/image"
  slots "$dir/image" | diff - "$dir/slots"
  contains "the dump" "$dir/first" 'is stopped: the rings stand as it left them'
  tgtctl top -b -n 1 --pid "$responder" >"$dir/frame"
  contains "the frame" "$dir/frame" "OBSERVER by pid $responder"
  contains "the frame" "$dir/frame" '^remark +pid [0-9]+ is stopped'
  contains "the frame" "$dir/frame" 'missed at least [0-9]'
  kill -CONT "$responder"
  ends fio_ 150
  stop responder
}

check "full" 240 by_pid_dies "a process that starts anew is followed; one that dies under top --pid is one clear line"
by_pid_dies() {
  load
  responder --size 16
  start by_pid "$NODE" /repo/bin/tgtctl.js top --batch --json -d 0.2 --pid "$responder"
  wait_for 60 "frames" says by_pid frame/1
  kill -HUP "$responder"
  wait_for 20 "a new owner" telemetry_is epoch -gt 1
  usable 0
  sleep 2
  gone "$by_pid" && fail "ended though the process is there: $(tail -n 2 "$dir/by_pid.log")"
  murder responder
  ends by_pid 30 69
  same "lines that are no frame" "$(grep -cv 'tgtctl.frame/1' "$dir/by_pid.log")" 1
  same "the error" "$(last "$dir/by_pid.log" 'f.code + " " + /^pid \d+ .*(has ended|is a zombie)/.test(f.message)')" "69 true"
}

check "full" 240 without_extras "extras=N: the interface of 2006 and nothing more, watched by pid and by an observer"
without_extras() {
  load extras=N exclusive=N
  refused EINVAL $bin/ringtool telemetry
  refused ENOTTY $bin/ringtool hold-commands
  responder --size 16
  dd if="$(disk 0)" of=/dev/null bs=4k count=40 iflag=direct status=none
  tgtctl top -b -n 2 -d 0.5 --pid "$responder" >"$dir/by-pid" 2>"$dir/top.log"
  tgtctl top --observe -b -n 2 -d 0.5 >"$dir/observed" 2>>"$dir/top.log"
  contains "by pid" "$dir/by-pid" 'it maps no telemetry window'
  contains "by pid" "$dir/by-pid" 'missed at least 0'
  contains "observed" "$dir/observed" 'missed at least 0'
  # on the first lap the index is the slot, without any telemetry
  contains "by pid" "$dir/by-pid" '^kuring produced [0-9]+ \(slot [0-9]+\)'
  stop responder
}
