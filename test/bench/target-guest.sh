#!/bin/bash
# SPDX-License-Identifier: MIT
# The guest's half of `npm run bench:target`: makes the disks in turn and lets
# fio measure them. What it measures goes to /out/results/ROUND/PEER/PATTERN-DEPTH/:
# fio.json, and before.txt and after.txt with the counters of the answering side.
#
# target-guest.sh ROUNDS SECONDS "PEERS" "PATTERNS" "DEPTHS" free|pinned
set -eE
export CHECK_DIR=/out/logs
mkdir -p $CHECK_DIR
. /repo/test/guest/lib.sh
trap 'echo "FAILED: line $LINENO: $BASH_COMMAND"' ERR
cd /scratch
rounds=$1 seconds=$2 peers=$3 patterns=$4 depths=$5 placement=$6
size=64 # MiB of every disk
# seconds of load before a peer is measured: V8 compiles meanwhile, which takes real processors
# less than a second, this one a few, and an emulator by the host's clock many
declare -A warm=([ours]=4 [c]=1 [scsi_debug]=1 [tcmu]=1)
[ "$placement" = free ] || warm[ours]=16

# ---- peers: NAME_begin once, NAME_up before a turn, NAME_down after it ------
# up leaves the disk in $target and in $answering the process behind it, if any

ours_up() {
  serve --lun 0=ram:${size}M
  target=$(disk 0) answering=$serve
}
ours_down() {
  detach
  stop serve
}

c_up() {
  start responder $bin/target-responder $size
  wait_for 20 "the responder" says responder ready
  scan
  wait_for 60 "the disk" usable 0
  target=$(disk 0) answering=$responder
}
c_down() {
  detach
  stop responder
}

# The next owner's disk is another one: let the initiator ask it everything anew.
detach() {
  echo 1 >"$(device 0)/delete"
  wait_for 20 "the disk to be gone" test ! -e "$target"
}

scsi_debug_begin() {
  modprobe scsi_debug delay=0 dev_size_mb=$size
  wait_for 30 "scsi_debug" found scsi_debug
}
scsi_debug_up() { target=$(found scsi_debug) answering=''; }
scsi_debug_down() { :; }

tcmu_begin() {
  local configured=/sys/kernel/config/target
  modprobe -a target_core_mod target_core_user tcm_loop
  grep -q ' /sys/kernel/config ' /proc/mounts || mount -t configfs configfs /sys/kernel/config
  mkdir -p /run/dbus /var/target/pr /var/target/alua
  dbus-daemon --system --fork
  truncate -s ${size}M /scratch/tcmu.raw
  start tcmu tcmu-runner
  wait_for 30 "tcmu-runner" attached_tcmu
  mkdir -p $configured/core/user_0/disk
  echo "dev_config=qcow//scratch/tcmu.raw,dev_size=$((size << 20)),hw_block_size=512" \
    >$configured/core/user_0/disk/control
  echo 1 >$configured/core/user_0/disk/enable
  configured+=/loopback/naa.5001405000000001/tpgt_1
  mkdir -p $configured/lun/lun_0
  echo naa.5001405000000002 >$configured/nexus
  ln -s /sys/kernel/config/target/core/user_0/disk $configured/lun/lun_0/disk
  wait_for 30 "tcmu-runner's disk" found "TCMU device"
}
attached_tcmu() { dmesg | grep -q 'tcmu daemon: command reply support'; }
tcmu_up() { target=$(found "TCMU device") answering=$tcmu; }
tcmu_down() { :; }

# found MODEL: /dev/sdX
found() {
  local folder
  folder=$(grep -l "^$1" /sys/block/sd*/device/model 2>/dev/null) || return 1
  folder=${folder%/device/model}
  [ -e "/dev/${folder##*/}" ] && echo "/dev/${folder##*/}"
}

# ---- measuring ---------------------------------------------------------------

# What the block layer adds is to be the same for all, and little.
level() {
  local queue=/sys/block/${target##*/}/queue
  echo none >"$queue/scheduler"
  echo 0 >"$queue/add_random"
  echo 0 >"$queue/rotational"
}

# Who runs where, if there are two processors. At depth 1 nothing runs side by side: both on one.
# With more in flight fio has one and the answering process the other. The scheduler's own choice is
# a coin toss that sticks, and waking an emulated processor costs more than all we want to measure.
place() { # DEPTH or any
  local fio=1 answer=1
  on=()
  [ "$placement" = pinned ] || return 0
  [ "$1" = 1 ] || fio=0
  [ "$1" != any ] || fio=0-1 answer=0-1
  on=(taskset -c $fio)
  [ -z "$answering" ] || taskset -apc $answer "$answering" >/dev/null
}

load_it() { # PATTERN DEPTH SECONDS [FIO OPTIONS]
  local mix=(--rw=randread)
  [ "$1" = read ] || mix=(--rw=randrw --rwmixread=70)
  "${on[@]}" fio --name=bench --filename="$target" --ioengine=libaio --direct=1 --bs=4k --size=${size}m \
    "${mix[@]}" --iodepth="$2" --norandommap --time_based --runtime="$3" "${@:4}"
}

# A disk that answers nonsense is fast.
same_data() {
  dd if=/scratch/data of="$target" bs=64k oflag=direct status=none
  dd if="$target" bs=64k count=16 iflag=direct status=none | cmp - /scratch/data ||
    fail "$1's disk does not hold what was written"
}

snapshot() {
  awk '{ print "commands=" $1 + $5 }' "/sys/block/${target##*/}/stat"
  if [ -n "$answering" ]; then
    # clock ticks (utime, stime), and ns on a processor of all threads
    awk '{ print "user=" $14; print "system=" $15 }' "/proc/$answering/stat"
    awk '{ sum += $1 } END { printf "cpu_ns=%.0f\n", sum }' "/proc/$answering"/task/*/schedstat
    awk '/ctxt_switches/ { sum += $2 } END { print "switches=" sum }' "/proc/$answering"/task/*/status
  fi
  if [ -n "$serve$responder" ]; then $bin/ringtool telemetry; fi
}

measure() { # ROUND PEER PATTERN DEPTH
  local to=/out/results/$1/$2/$3-$4
  mkdir -p "$to"
  place "$4"
  snapshot >"$to/before.txt"
  load_it "$3" "$4" "$seconds" --ramp_time=300ms --output-format=json >"$to/fio.json"
  snapshot >"$to/after.txt"
}

turn() { # ROUND PEER
  local pattern depth
  serve='' responder=''
  "$2_up"
  level
  same_data "$2"
  place any
  load_it mixed 32 "${warm[$2]}" >/dev/null
  for pattern in $patterns; do
    for depth in $depths; do measure "$1" "$2" "$pattern" "$depth"; done
  done
  "$2_down"
}

head -c 1M /dev/urandom >/scratch/data
rm -rf /out/results
load
for peer in $peers; do
  if declare -F "${peer}_begin" >/dev/null; then "${peer}_begin"; fi
done
for round in $(seq "$rounds"); do
  for peer in $peers; do
    turn "$round" "$peer"
    echo "round $round of $rounds: $peer"
  done
done
