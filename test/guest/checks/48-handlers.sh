# SPDX-License-Identifier: MIT
# Users' handlers: the README's example, and one that never comes back.

check "full" 300 handler_readme "a user's handler from the README's example works as printed"
handler_readme() {
  local line
  load
  mkdir -p /scratch/work
  cd /scratch/work
  awk '/^```/ { on = 0 } on; /^```js$/ { getline; on = /my-handler/; if (on) print }' /repo/README.md >my-handler.js
  grep -q defineHandler my-handler.js || fail "the README has no my-handler.js"
  serve --handler ./my-handler.js
  usable 0
  awk '/^```/ { on = 0 } on; /^```console$/ { on = 1 }' /repo/README.md |
    sed -n '/^\$ tgtctl serve --handler/,$p' | sed "s|/dev/sg1|$(generic 0)|" >printed
  # the commands after serve and its ready line, each with what it prints
  tail -n +3 printed | while IFS= read -r line; do
    case $line in
      '$ '*)
        echo "$line"
        bash -c "${line#\$ }" 2>&1 || true
        ;;
    esac
  done | sed 's/ *$//' >got
  tail -n +3 printed >expected
  [ "$(grep -c '^\$ sg_raw' expected)" = 2 ] || fail "the README shows other commands"
  cp got "$dir/"
  diff expected got || fail "not as printed"
  cd /
  stop serve
}

check "full" 600 handler_loop "a handler that loops for ever: fio finishes, and its data is right"
handler_loop() {
  load
  cat >/scratch/loop.mjs <<'H'
import { defineHandler } from "tgtctl";
export default defineHandler({
  opcodes: ["READ_10"],
  deadlineMs: 300,
  command() {
    for (;;);
  },
});
H
  serve --lun 0=ram:32M --handler /scratch/loop.mjs
  verify "$(disk 0)" 16
  contains "what serve says" "$dir/serve.log" "tgtctl: handler: a deadline passed, the default answered"
  contains "what serve says" "$dir/serve.log" "loop.mjs: an endless loop: started again"
  same "aborts" "$(telemetry kuring_events_4)" 0
  stop serve
}

check "full" 600 handler_throw "a handler that throws now and then: HARDWARE ERROR, and the disk lives on"
handler_throw() {
  load
  cat >/scratch/throw.mjs <<'H'
import { setTimeout as sleep } from "node:timers/promises";
export default {
  opcodes: ["READ_10"],
  async command(cmd) {
    await sleep(1);
    if (cmd.lba === 0x800n) throw new Error("boom");
  },
};
H
  serve --lun 0=ram:32M --handler /scratch/throw.mjs
  : >"$dir/may-fail"
  sg_raw -r 4096 "$(generic 0)" 28 00 00 00 08 00 00 00 08 00 >"$dir/sense" 2>&1 || true
  contains "sense" "$dir/sense" 'Hardware Error'
  contains "sense" "$dir/sense" 'Internal target failure'
  contains "what serve says" "$dir/serve.log" "tgtctl: handler: throw.mjs:6: Error: boom"
  verify "$(disk 0)" 8 --offset=8m
  same "state of the disk" "$(cat "$(device 0)/state")" running
  stop serve
}
