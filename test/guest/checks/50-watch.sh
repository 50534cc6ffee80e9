# SPDX-License-Identifier: MIT
# Watching: frames that show the traffic, and an observer that changes nothing.

check "smoke full" 500 top_shows_traffic "top --batch --json beside serve shows fio's traffic"
top_shows_traffic() {
  local frames
  frames=$(count 20 6 4)
  load
  serve --lun 0=ram:64M
  start fio_ fio --name=load --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randrw --bs=4k \
    --iodepth=32 --size=64m --time_based --runtime=300
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 100
  tgtctl top --batch --json -n "$frames" -d 1 >"$dir/frames" 2>"$dir/top.log"
  kill -INT "$fio_"
  wait_for 30 "fio to end" gone "$fio_"
  "$NODE" /repo/test/guest/frames.js "$dir/frames" "$frames" traffic
  stop serve
}

check "smoke full" 400 observer_changes_nothing "top --observe and dump beside an idle owner change no byte of the rings"
observer_changes_nothing() {
  load
  serve --lun 0=ram:16M
  wait_for 20 "an idle device" telemetry_is outstanding -eq 0
  $bin/ringtool image /scratch/before
  $bin/ringtool telemetry >"$dir/before"
  tgtctl top --observe --batch --json -n 3 -d 1 >"$dir/frames" 2>"$dir/top.log"
  tgtctl dump --json >"$dir/dump" 2>"$dir/dump.log"
  $bin/ringtool image /scratch/after
  $bin/ringtool telemetry >"$dir/after"
  cmp /scratch/before /scratch/after
  diff "$dir/before" "$dir/after"
  "$NODE" /repo/test/guest/frames.js "$dir/frames" 3 idle
  stop serve
}

check "full" 400 observer_under_load "top --observe during fio verify: nothing rejected, one owner throughout, every block right"
observer_under_load() {
  load
  serve --lun 0=ram:64M
  start fio_ verify_until /scratch/enough
  start reader read_until /scratch/enough # fio takes seconds to start again
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 100
  tgtctl top --observe --batch --json -n 4 -d 1 >"$dir/frames" 2>"$dir/top.log"
  : >/scratch/enough
  ends fio_ 200
  ends reader 60
  "$NODE" /repo/test/guest/frames.js "$dir/frames" 4 some
  same "epoch" "$(telemetry epoch)" 1
  same "owner" "$(telemetry owner_pid)" "$serve"
  same "rejected answers" "$($bin/ringtool telemetry | awk -F= '/^verdict_[2-9]/ { sum += $2 } END { print sum }')" 0
  stop serve
}
read_until() { # FILE: reads without a pause until it is there
  until [ -e "$1" ]; do
    dd if="$(disk 0)" of=/dev/null bs=4k count=500 iflag=direct status=none || return 1
  done
}

check "full" 300 observe_the_daemon_of_2006 "top --observe and dump beside the 2006 responder"
observe_the_daemon_of_2006() {
  load
  responder --size 16
  start fio_ fio --name=load --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randread --bs=4k \
    --iodepth=8 --size=16m --time_based --runtime=200
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 100
  tgtctl top --observe --batch --json -n 4 -d 1 >"$dir/frames" 2>"$dir/top.log"
  tgtctl dump >"$dir/dump" 2>"$dir/dump.log"
  kill -INT "$fio_"
  wait_for 30 "fio to end" gone "$fio_"
  "$NODE" /repo/test/guest/frames.js "$dir/frames" 4 some
  contains "dump" "$dir/dump" 'READ\(10\)'
  stop responder
}
