# SPDX-License-Identifier: MIT
# Not tests: take the ring images of fixtures/, see take-fixtures.sh. Each lies
# in its folder as image.bin, with what is known about it in facts.

# take WORDS: how the image came about
take() {
  $bin/ringtool image "$dir/image.bin"
  {
    echo "$1"
    $bin/ringtool describe "$dir/image.bin"
    echo "right after: kuring produced $(telemetry kuring_produced), ukring consumed $(telemetry ukring_consumed)"
  } >"$dir/facts"
}
still() { wait_for 30 "an idle device" telemetry_is outstanding -eq 0; }

check fixtures 120 ring_idle "just after the probe"
ring_idle() {
  load
  responder --size 64
  still
  take "2006 responder, one disk just probed, nothing outstanding"
}

check fixtures 300 ring_wrapped "both rings more than once around"
ring_wrapped() {
  load
  responder --size 64
  verify "$(disk 0)" 8
  still
  take "2006 responder after 8 MiB of 4 KiB writes and reads at depth 32: several laps, nothing outstanding"
}

check fixtures 300 ring_busy "in the middle of traffic"
ring_busy() {
  load -- hosts=2
  responder --size 64
  wait_for 30 "the second disk" usable 0 2
  start fio_ fio --ioengine=libaio --direct=1 --rw=randrw --bs=4k --iodepth=64 --size=64m --time_based \
    --runtime=200 --name=a --filename="$(disk 0 1)" --name=b --filename="$(disk 0 2)"
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 3000
  wait_for 60 "a moment with published slots" busy_image
  take "2006 responder, two hosts, 4 KiB reads and writes at depth 64 each, read while both sides ran on: \
neighbouring slots may be of different moments"
  kill -INT "$fio_"
  wait_for 60 "fio to end" gone "$fio_"
}
busy_image() {
  $bin/ringtool image /scratch/probe
  $bin/ringtool describe /scratch/probe | grep -Eq 'kuring: [0-9]+ used, [1-9][0-9]* published'
}

check fixtures 300 ring_full "kuring full: 512 published"
ring_full() {
  local host jobs=()
  : >"$dir/may-fail"
  load -- hosts=4
  responder --size 16
  for host in 1 2 3 4; do
    wait_for 30 "the disk of host $host" usable 0 $host
    echo 300 >"$(device 0 $host)/timeout"
    jobs+=(--name=host$host --filename="$(disk 0 $host)")
  done
  kill -STOP "$responder"
  start fio_ fio --ioengine=libaio --direct=1 --rw=randrw --bs=4k --iodepth=240 --size=16m "${jobs[@]}"
  wait_for 120 "kuring to be full" telemetry_is kuring_full -gt 0
  wait_for 30 "no slot to be free" full_image
  take "2006 responder stopped (SIGSTOP) under four hosts with 240 commands each: kuring is full, the rest waits in the kernel"
  kill -CONT "$responder"
  ends fio_ 200
}
full_image() {
  $bin/ringtool image /scratch/probe
  $bin/ringtool describe /scratch/probe | grep -q 'kuring: 512 used, 512 published'
}

check fixtures 200 ring_stopped "requests and their aborts before a stopped responder"
ring_stopped() {
  : >"$dir/may-fail"
  load tmf_secs=3
  responder --size 16
  scsi_timeout 3 0
  kill -STOP "$responder"
  start fio_ fio --name=a --filename="$(disk 0)" --ioengine=libaio --direct=1 --rw=randread --bs=4k \
    --iodepth=8 --number_ios=8 --size=16m
  wait_for 60 "an abort" telemetry_is kuring_events_4 -gt 0
  take "2006 responder stopped (SIGSTOP), eight READs timed out: their CMD_REQs, then ABORT TASK as far as the initiator has come"
  kill -CONT "$responder"
  ends fio_ 120
}
