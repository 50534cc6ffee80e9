# SPDX-License-Identifier: MIT
# What outside tools find: libiscsi's tests, sg3-utils, fio with trims, file systems.

# ---- libiscsi -------------------------------------------------------------

cu=/repo/test/guest/iscsi-test-cu.js
# the suites of the smoke set: many commands, none that takes long
short_suites='GetLBAStatus Inquiry Mandatory ModeSense6 Prefetch16 PrinReadKeys PrinServiceactionRange
  PrinReportCapabilities ProutRegister ProutReserve ProutClear ReadCapacity16 ReportSupportedOpcodes
  StartStopUnit TestUnitReady WriteSame16'

check "full" 1500 libiscsi "iscsi-test-cu: every test passes, or is skipped or fails as iscsi-test-cu.expected says and why"
libiscsi() {
  local suites='' pairs=0
  [ "$CHECK_SET" = full ] || suites=$short_suites
  load
  # below 65536 blocks: with more, WriteSame16.Unmap reads 32 MiB at once, which sg does not take
  serve --lun 0=ram:24M
  "$NODE" $cu run "$(generic 0)" "$dir/ours" $suites
  "$NODE" $cu compare "$dir/ours" /repo/test/guest/iscsi-test-cu.expected $suites || fail "not as expected"
  same "rejected answers" "$($bin/ringtool telemetry | awk -F= '/^verdict_[2-9]/ { sum += $2 } END { print sum }')" 0
  stop serve
  # the harness itself: the kernel's own simulated disk
  scsi_debug dev_size_mb=64
  "$NODE" $cu run "$(scsi_debug_node)" "$dir/scsi_debug" $suites
  [ "$(grep -c ': pass' "$dir/scsi_debug")" -ge 15 ] || fail "scsi_debug passes next to nothing: the harness is broken"
  modprobe -r scsi_debug
}
scsi_debug() {
  modprobe scsi_debug delay=0 "$@"
  wait_for 20 "the simulated disk" scsi_debug_node
}
scsi_debug_node() {
  local device
  for device in /sys/class/scsi_device/*/device; do
    [ "$(sed 's/ *$//' "$device/model")" = scsi_debug ] || continue
    echo "/dev/$(ls "$device/scsi_generic")"
    return
  done
  return 1
}

check "full" 120 libiscsi_read_only "iscsi-test-cu on a write-protected unit: every write is refused"
libiscsi_read_only() {
  load
  serve --lun 0=ram:24M,ro
  "$NODE" $cu run "$(generic 0)" "$dir/ours" ReadOnly
  # all the rest it tries
  same "the result" "$(cat "$dir/ours")" 'ReadOnly.ReadOnlySBC: skip ORWRITE is not implemented.'
  stop serve
}

check "full" 300 libiscsi_blocks_of_4096 "iscsi-test-cu on a unit with blocks of 4096 bytes: nothing fails"
libiscsi_blocks_of_4096() {
  load -- max_kib=2048 # UnmapSingle writes 257 blocks at once
  serve --lun 0=ram:24M,bs=4096
  "$NODE" $cu run "$(generic 0)" "$dir/ours" GetLBAStatus Inquiry Mandatory ModeSense6 ReadCapacity16 Read10 Write16 CompareAndWrite
  grep ': fail' "$dir/ours" && fail "not every test passes"
  contains "the result" "$dir/ours" '^GetLBAStatus.UnmapSingle: pass'
  stop serve
}

# ---- sg3-utils ------------------------------------------------------------

# units of every kind, LUN 300 among them
units='0 1 2 3 300'
serve_units() {
  load
  serve --lun 0=ram:16M --lun 1=file:/scratch/disk,size=16M,bs=4096 --lun 2=null:1T --lun 3=ram:16M,ro \
    --lun 300=ram:32M
}
# tool NAME COMMAND...: it must end well; shows NAME PATTERN: what it said
tool() {
  local name=$1
  shift
  "$@" >"$dir/$name" 2>&1 || fail "'$*' ended with $?: $(head -c 600 "$dir/$name")"
}
shows() { contains "$1" "$dir/$1" "$2"; }

check "full" 300 mandatory_commands "scsi_mandat: no bad error, on units of every kind"
mandatory_commands() {
  local lun
  serve_units
  for lun in $units; do
    scsi_mandat "$(generic "$lun")" >"$dir/mandat-$lun" 2>&1 || true
    shows "mandat-$lun" 'total number of bad errors: 0 *$'
  done
  stop serve
}

check "full" 400 tools_that_look "sg_modes, sg_opcodes, sg_logs, sg_persist, sg_vpd, sg_luns, sg_ses: what they show is right"
tools_that_look() {
  local lun sg page
  serve_units
  for lun in $units; do
    sg=$(generic "$lun")
    tool modes sg_modes -a "$sg"
    shows modes '>> Caching, page_control: current'
    shows modes '>> Control, page_control: current'
    shows modes '>> Informational exceptions'
    tool changeable sg_modes -a -c 1 "$sg"
    shows changeable '>> Control, page_control: changeable'
    tool opcodes sg_opcodes "$sg"
    shows opcodes '^ 28 .*Read\(10\)'
    shows opcodes '^ 9e +10? .*Read capacity\(16\)'
    tool one sg_opcodes --opcode=0x28 "$sg"
    shows one 'Read\(10\)'
    shows one 'Usage data: 28 '
    sg_opcodes --opcode=0xd0 "$sg" >"$dir/none" 2>&1 || true
    shows none 'not supported'
    tool logs sg_logs -a "$sg"
    shows logs 'Supported log pages'
    tool keys sg_persist -n -i -k "$sg"
    shows keys 'generation=0x0.*no registered|no registered reservation keys'
    tool capabilities sg_persist -n -i -c "$sg"
    shows capabilities 'Persistent Reservation Exclusive|PR_T|Write Exclusive'
    tool pages sg_vpd -p sv "$sg"
    for page in 'Block limits' 'Block device characteristics' 'Logical block provisioning' 'Extended inquiry'; do
      shows pages "$page"
    done
    tool inquiry sg_vpd -a "$sg"
    tool self sg_senddiag -t "$sg"
    sg_ses "$sg" >"$dir/ses" 2>&1 || true # a disk is no enclosure
    shows ses 'disk|not an SES|illegal|enclosure'
  done
  tool luns sg_luns "$(generic 0)"
  for lun in 0000 0001 0002 0003 412c; do shows luns "^ *${lun}000000000000"; done
  tool readcap sg_readcap -l "$(generic 1)"
  shows readcap 'Logical block length=4096'
  shows readcap 'lbpme=1'
  tool readcap sg_readcap -l "$(generic 2)"
  shows readcap 'Device size: 1099511627776 bytes'
  stop serve
}

check "full" 600 tools_that_write "sg_unmap, sg_write_same, sg_verify, sg_compare_and_write, sg_start, sg_wr_mode ...: what is on the disk after"
tools_that_write() {
  local lun sg bs count n wce
  serve_units
  for lun in $(count '0 1 300' '1 300' 300); do
    sg=$(generic "$lun") bs=512
    [ "$lun" != 1 ] || bs=4096
    head -c $((64 * bs)) /dev/urandom >/scratch/data
    head -c $bs /dev/urandom >/scratch/block
    put 0 64
    for count in 10 16; do
      tool same sg_write_same --$count --lba=4 --num=3 --in=/scratch/block --xferlen=$bs "$sg"
      for n in 4 5 6; do holds $n /scratch/block; done
      holds 3 /scratch/data 3
      holds 7 /scratch/data 7
      put 0 64
      tool same sg_write_same --$count --unmap --lba=8 --num=16 --in=/dev/zero --xferlen=$bs "$sg"
      holds 8 /dev/zero
      holds 23 /dev/zero
      holds 24 /scratch/data 24
      put 0 64
    done
    tool unmap sg_unmap --force --lba=32 --num=16 "$sg"
    tool status sg_get_lba_status --lba=32 "$sg"
    shows status 'LBA: 0x0*20 +blocks: +16 +deallocated'
    holds 32 /dev/zero
    holds 47 /dev/zero
    holds 31 /scratch/data 31
    holds 48 /scratch/data 48
    tool verify sg_verify --lba=0 --count=32 "$sg"
    head -c $((4 * bs)) /scratch/data >/scratch/four
    tool verify sg_verify --lba=0 --count=4 --ebytchk=1 --ndo=$((4 * bs)) --in=/scratch/four "$sg"
    if sg_verify --lba=1 --count=4 --ebytchk=1 --ndo=$((4 * bs)) --in=/scratch/four "$sg" >"$dir/verify" 2>&1; then
      fail "VERIFY found nothing wrong"
    fi
    shows verify miscompare
    # COMPARE AND WRITE: what is compared, then what is written
    { head -c $bs /scratch/data; cat /scratch/block; } >/scratch/both
    tool caw sg_compare_and_write --lba=0 --num=1 --in=/scratch/both --xferlen=$((2 * bs)) "$sg"
    holds 0 /scratch/block
    if sg_compare_and_write --lba=0 --num=1 --in=/scratch/both --xferlen=$((2 * bs)) "$sg" >"$dir/caw" 2>&1; then
      fail "COMPARE AND WRITE found nothing different"
    fi
    shows caw miscompare
    tool sync sg_sync "$sg"
    tool start sg_start --start "$sg"
    # nothing to take out; refused or not, the unit goes on
    sg_prevent "$sg" >"$dir/prevent" 2>&1 || shows prevent 'not supported|illegal|invalid'
    sg_prevent --allow "$sg" >"$dir/prevent" 2>&1 || true
    sg_turs "$sg"
    # WCE off and on again, everything else as it was
    for wce in 00 04; do
      tool wr_mode sg_wr_mode --page=8 --contents=08,12,$wce,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 \
        --mask=0,0,4,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 "$sg"
      tool modes sg_modes --page=8 "$sg"
      shows modes "^ 00 +08 12 $wce 00"
    done
  done
  # a write-protected unit
  refused 'write.protect|data protect' sg_write_same --10 --lba=0 --num=1 --in=/scratch/block --xferlen=512 "$(generic 3)"
  refused 'write.protect|data protect' sg_unmap --force --lba=0 --num=8 "$(generic 3)"
  stop serve
}
put() { dd if=/scratch/data of="$(disk "$lun")" bs=$bs seek="$1" count="$2" oflag=direct status=none; }
holds() { # BLOCK FILE [BLOCK OF FILE]
  dd if="$(disk "$lun")" bs=$bs skip="$1" count=1 iflag=direct status=none |
    cmp - <(dd if="$2" bs=$bs skip="${3:-0}" count=1 status=none) || fail "block $1 of LUN $lun is not from $2 ${3:-}"
}

check "full" 400 resets "sg_reset: device, target, bus and host, beside fio: every block right"
resets() {
  local how
  load
  serve --lun 0=ram:32M
  start fio_ verify_until /scratch/enough
  for how in device target bus host; do
    wait_for 90 "traffic" busier "$(telemetry ukring_events_0)"
    tool "reset-$how" sg_reset -v --$how "$(generic 0)"
  done
  : >/scratch/enough
  ends fio_ 200
  same "state of the disk" "$(cat "$(device 0)/state")" running
  wait_for 30 "no command in flight" telemetry_is outstanding -eq 0
  stop serve
}

# ---- fio and file systems -------------------------------------------------

check "smoke full" 900 mixed_sizes_and_trims "fio: mixed block sizes at depth 1 and 32, writes and trims, each block checked, on file: and ram:"
mixed_sizes_and_trims() {
  local lun depth how size
  load
  serve --lun 0=ram:64M --lun 1=file:/scratch/disk,size=64M
  size=$(count 64 6 2)
  for lun in 0 1; do
    for depth in 1 32; do
      fio --name=mixed --filename="$(disk $lun)" --ioengine=libaio --direct=1 --rw=randwrite --bsrange=4k-256k \
        --iodepth=$depth --size="${size}m" --verify=crc32c --verify_fatal=1 >"$dir/mixed-$lun-$depth"
    done
    for how in trimwrite randtrimwrite; do
      fio --name=$how --filename="$(disk $lun)" --ioengine=libaio --direct=1 --rw=$how --bssplit=4k/60:64k/40 \
        --iodepth=16 --size="${size}m" --verify=crc32c --verify_fatal=1 >"$dir/$how-$lun"
      contains "fio" "$dir/$how-$lun" 'trim: '
    done
    blkdiscard --offset=1M --length=2M "$(disk $lun)"
    dd if="$(disk $lun)" bs=1M skip=1 count=2 iflag=direct status=none | cmp -n $((2 << 20)) - /dev/zero
  done
  same "rejected answers" "$($bin/ringtool telemetry | awk -F= '/^verdict_[2-9]/ { sum += $2 } END { print sum }')" 0
  stop serve
}

check "full" 600 file_systems_trim "ext4 and xfs: made, filled, trimmed, checked; what fstrim frees is free in the file"
file_systems_trim() {
  local kind before after
  load
  serve --lun 0=file:/scratch/disk,size=320M
  mkdir -p /scratch/mnt
  for kind in ext4 xfs; do
    modprobe -q $kind || true
    case $kind in
      ext4) mkfs.ext4 -q -F "$(disk 0)" ;;
      xfs) mkfs.xfs -q -f "$(disk 0)" ;;
    esac
    mount -t $kind "$(disk 0)" /scratch/mnt
    cp -a /repo/src /scratch/mnt/
    head -c 32M /dev/urandom >/scratch/mnt/large
    sync -f /scratch/mnt
    before=$(du -k /scratch/disk | cut -f1)
    rm /scratch/mnt/large
    sync -f /scratch/mnt
    fstrim -v /scratch/mnt
    after=$(du -k /scratch/disk | cut -f1)
    echo "$kind: $before kB before, $after kB after fstrim"
    [ "$after" -lt $((before - 30000)) ] || fail "$kind: fstrim freed too little: $before kB -> $after kB"
    umount /scratch/mnt
    case $kind in
      ext4) e2fsck -fn "$(disk 0)" >"$dir/fsck-$kind" ;;
      xfs) xfs_repair -n "$(disk 0)" >"$dir/fsck-$kind" 2>&1 ;;
    esac
    mount -t $kind -o ro "$(disk 0)" /scratch/mnt
    diff -r /repo/src /scratch/mnt/src
    umount /scratch/mnt
  done
  stop serve
}
