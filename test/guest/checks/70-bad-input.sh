# SPDX-License-Identifier: MIT
# What tgtctl says when the device is not what it should be: one clear line, the
# right exit code, and the device left as it was.

# says_no STATUS WORDS ARGUMENTS...: tgtctl must end with STATUS, with one line
# (and one of remedy) on stderr that matches WORDS, and nothing on stdout
says_no() {
  local wanted=$1 words=$2 status=0
  shift 2
  timeout 60 "$NODE" /repo/bin/tgtctl.js "$@" >"$dir/stdout" 2>"$dir/stderr" </dev/null || status=$?
  echo "tgtctl $*: $status: $(tr '\n' '|' <"$dir/stderr")"
  [[ $status =~ ^($wanted)$ ]] || fail "'tgtctl $*' ended with $status, not $wanted: $(cat "$dir/stderr")"
  contains "'tgtctl $*'" "$dir/stderr" "^tgtctl: .*($words)"
  [ "$(wc -l <"$dir/stderr")" -le 2 ] || fail "'tgtctl $*' says too much: $(cat "$dir/stderr")"
  [ ! -s "$dir/stdout" ] || fail "'tgtctl $*' prints on stdout: $(head -c 200 "$dir/stdout")"
}

check "smoke full" 180 no_device "no device, a stale node, another driver's node, a directory"
no_device() {
  says_no 69 'not loaded' serve
  mknod /dev/tgt c 230 0
  says_no 69 'stale' serve
  says_no 69 'stale' dump
  rm /dev/tgt
  says_no 64 'not a tgt device.*mem' serve -D /dev/null
  says_no 64 'directory' serve -D /dev
}

check "full" 120 node_of_a_former_load "a node left by the last load of the module, its major now another"
node_of_a_former_load() {
  local major
  load
  major=$(awk '$2 == "tgt" { print $1 }' /proc/devices)
  mknod /dev/old_tgt c 60 0 # 60 to 63 are nobody's
  says_no 69 "stale.*$major" serve -D /dev/old_tgt
  rm /dev/old_tgt
}

check "full" 180 no_permission "no permission for another user"
no_permission() {
  local status=0
  load
  setpriv --reuid=65534 --regid=65534 --clear-groups "$NODE" /repo/bin/tgtctl.js dump \
    >"$dir/stdout" 2>"$dir/stderr" || status=$?
  same "exit code" "$status" 77
  contains "the message" "$dir/stderr" '^tgtctl: /dev/tgt: .*EACCES'
}

check "smoke full" 180 device_busy "a second owner: exit 75, and the first one's pid"
device_busy() {
  load
  responder --size 16
  says_no 75 "pid $responder" serve --lun 0=ram:16M
  same "owner" "$(telemetry owner_pid)" "$responder"
  same "epoch" "$(telemetry epoch)" 1
  usable 0
  stop responder
}

check "full" 180 foreign_device "another kernel's /dev/tgt is not opened without --force"
foreign_device() {
  insmod $modules/foreign/fake_tgt.ko
  says_no 76 'not ours|another' serve
  says_no 76 'not ours|another' dump
  same "times it was opened" "$(cat /sys/module/fake_tgt/parameters/opens)" 0
  tgtctl dump --force >"$dir/dump"
  same "times it was opened" "$(cat /sys/module/fake_tgt/parameters/opens)" 1
}

check "full" 120 foreign_ring_size "a device whose rings have another size"
foreign_ring_size() {
  insmod $modules/foreign/fake_tgt.ko ring_bytes=65536
  says_no 76 'EINVAL' dump --force
}

check "full" 180 module_without_telemetry "scsi_tgt without a telemetry window: dump works, doctor says so"
module_without_telemetry() {
  insmod $modules/foreign/scsi_tgt.ko
  tgtctl dump --json >"$dir/dump"
  contains "dump" "$dir/dump" tgtctl.dump/1
  tgtctl doctor >"$dir/doctor" || true
  contains "doctor" "$dir/doctor" telemetry
}

check "smoke full" 120 doctor_on_a_good_device "doctor on a good device"
doctor_on_a_good_device() {
  load
  tgtctl doctor >"$dir/doctor" || fail "$(cat "$dir/doctor")"
  contains "doctor" "$dir/doctor" '^ok.*telemetry'
}

check "full" 300 bad_lun_files "LUN files that are missing, not writable or too small: refused, the device not taken"
bad_lun_files() {
  load
  says_no 66 'ENOENT|no such file' serve --lun 0=file:/scratch/nowhere
  mkdir /scratch/folder
  says_no '6[46]|7[0-9]' 'folder|regular' serve --lun 0=file:/scratch/folder
  : >/scratch/empty
  says_no 64 'empty' serve --lun 0=file:/scratch/empty
  says_no 64 'lun' serve --lun 0=floppy:1M
  truncate -s 16M /scratch/readonly
  mount -t tmpfs none /mnt
  truncate -s 16M /mnt/readonly
  mount -o remount,ro /mnt
  says_no 77 'EROFS|read-only' serve --lun 0=file:/mnt/readonly
  umount /mnt
  same "owners so far" "$(telemetry epoch)" 0
}

check "full" 300 file_shrinks_while_mapped "a LUN file cut short while served: an error for what is gone, nothing else dies"
file_shrinks_while_mapped() {
  : >"$dir/may-fail"
  load
  head -c 16M /dev/urandom >/scratch/disk
  serve --lun 0=file:/scratch/disk --lun 1=ram:16M
  truncate -s 4M /scratch/disk
  if dd if="$(disk 0)" of=/dev/null bs=4k skip=2048 count=1 iflag=direct status=none 2>"$dir/dd"; then
    fail "reading beyond the end of the file succeeded"
  fi
  if dd if=/dev/zero of="$(disk 0)" bs=4k seek=2048 count=1 oflag=direct status=none 2>"$dir/dd"; then
    fail "writing beyond the end of the file succeeded"
  fi
  dd if="$(disk 0)" bs=64k count=4 iflag=direct status=none | cmp -n 262144 - /scratch/disk
  verify "$(disk 1)" 2 >"$dir/fio"
  gone "$serve" && fail "serve died: $(tail -n 3 "$dir/serve.log")"
  stop serve
}
