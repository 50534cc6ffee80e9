# SPDX-License-Identifier: MIT
# What outside tools find: libiscsi's tests, sg3-utils, fio with trims, file systems.

# ---- libiscsi -------------------------------------------------------------

cu=/repo/test/guest/iscsi-test-cu.js
# the suites of the smoke set: all commands, without the long reads and writes
short_suites='CompareAndWrite GetLBAStatus Inquiry Mandatory ModeSense6 Prefetch16 PrinReadKeys
  PrinServiceactionRange PrinReportCapabilities ProutRegister ProutReserve ProutClear ReadCapacity16
  ReportSupportedOpcodes StartStopUnit TestUnitReady Unmap Verify16 WriteSame10 WriteSame16 WriteVerify16'

check "smoke full" 900 libiscsi "iscsi-test-cu: every test passes, or is skipped or fails as iscsi-test-cu.expected says and why"
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
