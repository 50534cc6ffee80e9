# SPDX-License-Identifier: MIT
# The screen on a real device, by keys in tmux.

check "smoke full" 500 walk_through "tmux, top as owner: hold, step, edit, inject a bad mid, filter, Ctrl-Z and fg, quit"
walk_through() {
  load
  : >"$dir/may-fail" # an answer becomes a medium error on purpose
  truncate -s 16M /scratch/disk
  start traffic readers_and_writers
  start walk env WALK_PATIENCE=90 WALK_ASKED=1 TMUX_TMPDIR=/run \
    bash /repo/test/tui/walk/walk-through.sh "$NODE /repo/bin/tgtctl.js top --lun 0=file:/scratch/disk"
  ends walk 400
  cat "$dir/walk.log"
  contains "the walk" "$dir/walk.log" '-- all of it'
  serve --lun 0=file:/scratch/disk # whoever comes next finishes what was left
  touch "$dir/enough"
  ends traffic 90
  [ "$(telemetry kuring_events_4)" = 0 ] || fail "task management: $(telemetry kuring_events_4)"
  stop serve
}

# Some of each, at a depth that leaves something to see, until it is enough
readers_and_writers() {
  local i
  while [ ! -e "$dir/enough" ]; do
    until disk 0 >/dev/null; do sleep 0.2; done
    for i in 1 2 3 4; do
      dd if="$(disk 0)" of=/dev/null bs=4k count=64 skip=$((i * 64)) iflag=direct status=none &
      dd if=/dev/zero of="$(disk 0)" bs=4k count=16 seek=$((i * 64)) oflag=direct status=none &
    done
    wait
    sleep 0.1
  done 2>/dev/null
}
