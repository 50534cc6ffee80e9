# SPDX-License-Identifier: MIT
# Fault rules: what a disk that fails on purpose looks like to an initiator.

check "full" 400 fault_rules "fault rules as an initiator sees them"
fault_rules() {
  local before after refusals
  load tmf_secs=2
  serve --lun 0=ram:16M \
    --fault "$(read_at 0x800) : sense 3/11/00" \
    --fault "$(read_at 0x900) : status BUSY every 2" \
    --fault "$(read_at 0xa00) : delay 1500" \
    --fault "$(read_at 0xb00) : drop every 2" \
    --fault "$(read_at 0xc00) : duplicate" \
    --fault "$(read_at 0xd00) : short 512 every 2" \
    --fault "$(read_at 0x900) : status GOOD chance 0"
  head -c 16M /dev/urandom >/scratch/data
  dd if=/scratch/data of="$(disk 0)" bs=64k oflag=direct status=none

  : >"$dir/may-fail"
  refused 'No data available' block 0x800 # ENODATA: a medium error
  sg_raw -r 4096 "$(generic 0)" 28 00 00 00 08 00 00 00 08 00 >"$dir/sense" 2>&1 || true
  contains "sense" "$dir/sense" 'Medium Error'
  contains "sense" "$dir/sense" 'Unrecovered read error'

  block 0x900 # not the second match
  block 0x900 # BUSY, and once more
  before=$(milliseconds)
  block 0xa00
  after=$(milliseconds)
  [ $((after - before)) -ge 1500 ] || fail "delayed by $((after - before)) ms, not 1500"

  scsi_timeout 3 0
  block 0xb00
  same "aborts before anything is dropped" "$(telemetry kuring_events_4)" 0
  block 0xb00 # never answered, aborted, and once more
  [ "$(telemetry kuring_events_4)" -gt 0 ] || fail "nothing was aborted"
  same "state of the disk" "$(cat "$(device 0)/state")" running

  before=$(verdicts '[45]') refusals=$(verdicts '[2-9]')
  block 0xc00
  same "ENOENT and EALREADY after a duplicate" $(($(verdicts '[45]') - before)) 1
  same "refused answers after a duplicate" $(($(verdicts '[2-9]') - refusals)) 1

  block 0xd00
  block 0xd00 # less than sd takes for success, and once more
  sg_raw -r 4096 -o "$dir/part" "$(generic 0)" 28 00 00 00 0d 00 00 00 08 00 >"$dir/short" 2>&1
  same "bytes of a short transfer" "$(stat -c %s "$dir/part")" 512
  cmp -n 512 -i 0:$((0xd00 * 512)) "$dir/part" /scratch/data

  verify "$(disk 0)" 4 --offset=8m
  stop serve
  contains "what fired" "$dir/serve.log" "fault 2 fired 1 time of 3 matches"
  contains "what fired" "$dir/serve.log" "fault 3 fired 1 time of 1 match"
  contains "what fired" "$dir/serve.log" "fault 4 fired 1 time of 3 matches"
  contains "what fired" "$dir/serve.log" "fault 5 fired 1 time of 1 match"
  contains "what fired" "$dir/serve.log" "fault 6 fired 2 times of 4 matches"
  contains "what fired" "$dir/serve.log" "fault 7 fired 0 times of 2 matches"
}

read_at() { echo "opcode == READ_10 && lba == $1"; }

# block LBA: 4 KiB from there, past any cache, and right
block() {
  dd if="$(disk 0)" of="$dir/block" bs=4096 skip=$(($1 / 8)) count=1 iflag=direct status=none &&
    cmp -n 4096 -i "0:$(($1 * 512))" "$dir/block" /scratch/data
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# verdicts CLASSES: how many answers got one of these
verdicts() { $bin/ringtool telemetry | awk -F= -v name="^verdict_$1\$" '$1 ~ name { sum += $2 } END { print sum }'; }
