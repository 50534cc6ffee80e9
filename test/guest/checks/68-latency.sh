# SPDX-License-Identifier: MIT
# How long a wake-up takes: every event is measured or said to be missed, and what is told adds up.

latency_holds() { "$NODE" /repo/test/guest/latency.js "$@"; }
# Events the kernel has put into kuring since its owner came
published() { $bin/ringtool telemetry | awk -F= '/^kuring_events_/ { sum += $2 } END { print sum }'; }
quiet() { # for three seconds
  local before
  before=$(published)
  sleep 3
  [ "$(published)" = "$before" ]
}
traffic() { # SECONDS: fio on the first disk, from its beginning on
  wait_for 60 "the disk" usable 0
  fio --name=load --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randrw --bs=4k --iodepth=8 \
    --size=16m --time_based --runtime="$1"
}

check "smoke full" 300 latency_owner "latency as owner beside fio: samples + missed = what the kernel published; stages add up to the whole"
latency_owner() {
  local seconds
  seconds=$(count 40 20 20)
  load
  start latency "$NODE" /repo/bin/tgtctl.js latency --lun 0=ram:32M --no-scan --duration "$seconds" --json
  wait_for 30 "an idle target" says latency "is idle"
  scan # from the first command of this disk on everything is measured
  traffic $((seconds / 4))
  ends latency $((seconds + 120))
  latency_holds "$dir/latency.log" owner "$(published)"
}

check "smoke full" 300 latency_observer "latency beside the 2006 responder and fio: its own wake-ups, none missing in the sum"
latency_observer() {
  local before seconds
  seconds=$(count 40 20 20)
  load
  responder --file /scratch/disk --size 32
  wait_for 60 "the disk" usable 0
  wait_for 90 "a device that nobody asks any more" quiet # udev reads a new disk
  before=$(published)
  start latency "$NODE" /repo/bin/tgtctl.js latency --duration "$seconds" --json
  sleep 6 # it looks for traffic first
  traffic $((seconds / 4))
  ends latency $((seconds + 120))
  latency_holds "$dir/latency.log" observer $(($(published) - before))
  stop responder
}

check "full" 300 latency_joined "latency joined to serve, every mode in turns; the owner answers as before"
latency_joined() {
  local before
  load
  serve --lun 0=ram:32M
  wait_for 60 "the disk" usable 0
  wait_for 90 "a device that nobody asks any more" quiet
  before=$(published)
  start latency "$NODE" /repo/bin/tgtctl.js latency --duration "$(count 60 24 16)" --mode all --json
  wait_for 60 "an idle target" says latency "is idle"
  traffic "$(count 20 5 4)"
  ends latency 200
  same "modes" "$(grep -o '"mode":"[a-z]*"' "$dir/latency.log" | tr '\n' ' ')" \
    '"mode":"poll" "mode":"epoll" "mode":"uv" "mode":"spin" '
  latency_holds "$dir/latency.log" viewer $(($(published) - before))
  same "task management" "$(telemetry kuring_events_4)" 0
  stop serve
}

check "full" 300 latency_break "latency --break-us: both rings kept, a mark in the trace buffer, tracing stopped, exit 1"
latency_break() {
  local tracing=/sys/kernel/tracing
  load
  echo 1 >$tracing/tracing_on
  cd "$dir"
  start latency "$NODE" /repo/bin/tgtctl.js latency --lun 0=ram:32M --duration 60 --break-us 1
  ends latency 120 1
  same "tracing" "$(cat $tracing/tracing_on)" 0
  contains "the trace buffer" $tracing/trace 'tgtctl.*latency'
  echo 1 >$tracing/tracing_on
  tgtctl dump "$(find "$dir" -name '*.bin' -o -name '*.img' | head -n 1)" >"$dir/dump"
  contains "the snapshot" "$dir/dump" CMD_REQ
}

check "full" 300 latency_round_trip "latency where the kernel keeps no telemetry: the round trip, and it says so"
latency_round_trip() {
  load extras=N
  start latency "$NODE" /repo/bin/tgtctl.js latency --lun 0=ram:32M --duration 15 --json
  traffic 4
  ends latency 120
  contains "the document" "$dir/latency.log" '"measure":"round-trip"'
  latency_holds "$dir/latency.log" owner
}

check "full" 200 latency_priority "latency --cpu --priority --mlock on an idle disk with its own stimulus; the processor's idle states held off"
latency_priority() {
  load
  serve --lun 0=ram:16M
  stop serve
  start latency "$NODE" /repo/bin/tgtctl.js latency --lun 0=ram:16M --duration 8 --rate 50 --cpu 1 --priority 50 --mlock --json
  wait_for 30 "the measuring thread's class" some_fifo "$latency"
  ends latency 100
  latency_holds "$dir/latency.log" owner
}
some_fifo() { ps -L -o class= -p "$1" | grep -q FF; }
