# SPDX-License-Identifier: MIT
# Leaving the screen of an owner whose disk is in use: a process in the background goes on, and nobody
# who uses the disk can tell.

# on_screen ARGUMENTS: tgtctl top in a terminal of its own, which $terminal holds
on_screen() {
  local words
  words=$(printf ' %q' "$NODE" /repo/bin/tgtctl.js top "$@")
  : >"$dir/screen"
  start terminal env TERM=xterm script -qefc \
    "stty rows 40 cols 120; sh -c 'echo \$\$ >/scratch/pid; exec \"\$@\"' sh $words" "$dir/screen"
  wait_for 120 "the disk" usable 0
}
session() { tgtctl status --json | "$NODE" -e 'console.log(eval("JSON.parse(require(\"fs\").readFileSync(0)).session" + process.argv[1]))' "$1"; }
# An owner under load may not say hello in the time that status gives it: the pid of one that did is in $dir/pid
session_pid() { session .pid >"$dir/pid"; }
somebody_else() { session_pid && [ "$(cat "$dir/pid")" != "$(cat /scratch/pid)" ]; }
some_held() { [ "$(session .hold.held)" -gt 0 ]; }

check "full" 400 handed_over "top is told that its terminal hangs up while fio verify runs: serve goes on with LUNs and rules, no error"
handed_over() {
  local pid
  load
  on_screen --lun 0=ram:32M --fault 'lun == 9 : status BUSY'
  tgtctl lun add 2=ram:8M,ro >/dev/null
  tgtctl fault add 'lun == 8 : status BUSY' >/dev/null
  tgtctl hold >/dev/null
  tgtctl continue >/dev/null
  start fio_ verify "$(disk 0)" 16 --iodepth=8 --loops="$(count 20 3 2)"
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 200
  kill -HUP "$(cat /scratch/pid)"
  ends terminal 120
  wait_for 60 "its session" session_pid
  pid=$(cat "$dir/pid")
  contains "the last line" <(tr -d '\r' <"$dir/screen" | tail -n 4) \
    "pid $pid serves /dev/tgt on; look: tgtctl top; end it: kill $pid"
  tgtctl lun list >"$dir/luns"
  contains "LUNs" "$dir/luns" '0=ram:33554432'
  contains "LUNs" "$dir/luns" '2=ram:8388608,ro'
  tgtctl fault list >"$dir/faults"
  contains "rules" "$dir/faults" 'lun == 9 : status BUSY'
  contains "rules" "$dir/faults" 'lun == 8 : status BUSY'
  ends fio_ 300
  same "task management" "$(telemetry kuring_events_4)" 0
  kill "$pid"
  wait_for 30 "the process in the background to end" gone "$pid"
  [ -z "$(ls /dev/shm)" ] || fail "memory is left: $(ls /dev/shm)"
}

check "full" 400 hung_up "the terminal of an owner dies with a file system mounted and answers held: it is served on, nothing is lost"
hung_up() {
  local pid
  load
  on_screen --lun 0=ram:64M
  mkfs.ext4 -q "$(disk 0)"
  mkdir /scratch/mount
  mount "$(disk 0)" /scratch/mount
  cp -r $tree /scratch/mount/before
  tgtctl hold >/dev/null
  start copy cp -r $tree /scratch/mount/after
  start syncer sync -f /scratch/mount
  wait_for 60 "a held answer" some_held
  pkill -KILL -P "$terminal" -x script || true
  murder terminal
  wait_for 60 "somebody else to serve" somebody_else
  ends syncer 120
  ends copy 120
  sync -f /scratch/mount
  echo 3 >/proc/sys/vm/drop_caches
  diff -r $tree /scratch/mount/before
  diff -r $tree /scratch/mount/after
  umount /scratch/mount
  wait_for 60 "its session" session_pid
  pid=$(cat "$dir/pid")
  kill "$pid"
  wait_for 30 "the process in the background to end" gone "$pid"
}
