# SPDX-License-Identifier: MIT
# inject: into a running owner, an idle device and, by force, beside a daemon of 2006; every malformation
# of the list under load.

# injects STATUS ARGUMENTS: what it said goes to $dir/said
injects() {
  local wanted=$1 status=0
  shift
  tgtctl inject "$@" >"$dir/said" 2>"$dir/errors" || status=$?
  [ $status = "$wanted" ] ||
    fail "inject $*: exit $status, not $wanted: $(head -c 600 "$dir/said") $(head -c 600 "$dir/errors")"
}

check "smoke full" 240 inject_first_thing "inject --type TSK_MGMT_RSP: idle device, our owner, somebody else's"
inject_first_thing() {
  load
  injects 0 --type TSK_MGMT_RSP
  contains "an idle device" "$dir/said" 'verdict +ENOENT'
  contains "an idle device" "$dir/said" 'cannot be asked: nobody serves'
  [ -z "$(device 0)" ] || fail "a disk appeared"
  same "owner" "$(telemetry owner_pid)" 0

  serve --lun 0=ram:16M
  injects 0 --type TSK_MGMT_RSP
  contains "our owner" "$dir/said" 'verdict +ENOENT'
  contains "our owner" "$dir/said" 'answers: TEST UNIT READY'
  verify "$(disk 0)" 2 >"$dir/fio"
  # nothing is under way: the command whose answer is spoilt is made up, and changes nothing
  sha256sum "$(disk 0)" >"$dir/before"
  injects 0 --malform null-uaddr --count 5 --json
  same "victims of an idle disk" "$(grep -c '"verdict":"EFAULT"' "$dir/said")" 5
  injects 0 --malform read-only-uaddr
  contains "data out of an idle disk" "$dir/said" 'EFAULT, as expected'
  echo 3 >/proc/sys/vm/drop_caches
  sha256sum "$(disk 0)" >"$dir/after"
  cmp "$dir/before" "$dir/after"
  stop serve
  unload

  load
  responder --size 16
  injects 75 --type TSK_MGMT_RSP
  contains "a foreign owner" "$dir/errors" 'H08'
  injects 75 --type TSK_MGMT_RSP --force
  contains "a foreign owner, exclusive=1" "$dir/errors" 'H08.*exclusive=1'
  usable 0
}

check "full" 240 inject_without_telemetry "the interface of 2006 alone: what can be known is said, the rest is not guessed"
inject_without_telemetry() {
  load extras=N
  injects 0 --type TSK_MGMT_RSP
  contains "an idle device" "$dir/said" 'verdict +none told by this kernel'
  serve --lun 0=ram:16M
  injects 0 --malform wrong-direction
  contains "our owner" "$dir/said" 'verdict +none told by this kernel'
  contains "our owner" "$dir/said" 'answers: TEST UNIT READY'
  injects 0 --malform skipped-slot
  contains "a skipped slot" "$dir/said" 'not consumed, as expected'
  verify "$(disk 0)" 2 >"$dir/fio"
  stop serve
  unload
  load extras=N
  responder --size 16
  injects 75 --type TSK_MGMT_RSP
  contains "a foreign owner" "$dir/errors" 'H08'
  usable 0
}

check "full" 240 inject_leaves_the_rest "an idle device whose last owner left commands: they are still there for the next"
inject_leaves_the_rest() {
  load
  serve --lun 0=ram:16M
  head -c 64K /dev/urandom >/scratch/data
  dd if=/scratch/data of="$(disk 0)" bs=64k oflag=direct status=none
  kill -STOP "$serve"
  start reader dd if="$(disk 0)" of=/scratch/got bs=64k count=1 iflag=direct status=none
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  murder serve
  injects 0 --type TSK_MGMT_RSP
  injects 0 --malform skipped-slot
  injects 75 --malform wrong-direction
  contains "no victim" "$dir/errors" 'nobody serves'
  telemetry_is outstanding -gt 0 || fail "the command is gone"
  gone "$reader" && fail "the reader did not wait"
  serve
  ends reader 60
  cmp /scratch/got /scratch/data
}

check "full" 1200 inject_every_malformation "every malformation under a verified load: the verdict expected, nothing lost"
inject_every_malformation() {
  local times name
  times=$(count 1000 8 5)
  : >"$dir/may-fail" # a READ that is never answered, for 'late'
  load tmf_secs=2
  serve --lun 0=ram:64M --fault 'opcode == READ_10 && lba == 0x1f000 : drop every 2'
  scsi_timeout 2 0
  lose_a_read
  start load_ verify_until "$dir/enough"
  tgtctl inject --list --json >"$dir/list"
  for name in $("$NODE" -p 'JSON.parse(require("fs").readFileSync(0)).malformations.map((m) => m.name).join(" ")' <"$dir/list"); do
    injects 0 --malform "$name" --count "$times" --json
    same "$name injected" "$(grep -c '"malformed":\["'"$name"'"\]' "$dir/said")" "$times"
    same "$name as expected" "$(grep -c '"as_expected":true' "$dir/said")" "$times"
    contains "$name, target alive at last" <(tail -n 1 "$dir/said") '"target_alive":true'
    ! grep -q '"target_alive":false' "$dir/said" || fail "$name: the target did not answer"
    gone "$load_" && fail "the load ended at $name: $(tail -n 5 "$dir/fio")"
  done
  : >"$dir/enough"
  ends load_ 200
  same "state" "$(cat "$(device 0)/state")" running
  verify "$(disk 0)" 4 >"$dir/fio-last"
  stop serve
}

# Every second READ there is lost, aborted and sent again.
lose_a_read() {
  dd if="$(disk 0)" of=/dev/null bs=4096 skip=$((0x1f000 / 8)) count=1 iflag=direct status=none
  dd if="$(disk 0)" of=/dev/null bs=4096 skip=$((0x1f000 / 8)) count=1 iflag=direct status=none
  [ "$(telemetry kuring_events_4)" -gt 0 ] || fail "nothing was aborted"
}

verify_until() { # FILE
  until [ -e "$1" ]; do
    verify "$(disk 0)" 4 >"$dir/fio" 2>&1 || exit 1
  done
}

check "full" 240 inject_while_held "a held target: the answer that is spoilt stays held"
inject_while_held() {
  load
  serve --lun 0=ram:16M
  head -c 64K /dev/urandom >/scratch/data
  dd if=/scratch/data of="$(disk 0)" bs=64k oflag=direct status=none
  tgtctl hold
  start reader dd if="$(disk 0)" of=/scratch/got bs=64k count=1 iflag=direct status=none
  wait_for 20 "a held answer" some_held
  injects 0 --malform wrong-direction
  contains "verdict" "$dir/said" 'EPROTO, as expected'
  contains "target" "$dir/said" 'cannot be asked: the target is held'
  some_held || fail "the answer went out"
  gone "$reader" && fail "the reader did not wait"
  tgtctl continue
  ends reader 30
  cmp /scratch/got /scratch/data
}
some_held() { tgtctl held --json | grep -q '"kind":"CMD_RSP"'; }

check "full" 400 inject_by_force "beside a daemon of 2006, exclusive=0: its index stays congruent, its disk right"
inject_by_force() {
  local round
  load exclusive=0
  responder --size 64
  injects 75 --type TSK_MGMT_RSP
  contains "two writers" "$dir/errors" 'H08'
  start fio_ verify "$(disk 0)" "$(count 64 16 8)"
  wait_for 60 "traffic" telemetry_is ukring_events_0 -gt 100
  start watcher "$NODE" /repo/bin/tgtctl.js top --observe -b --json -d 0.5
  for round in $(seq "$(count 50 5 2)"); do
    injects 0 --force --type TSK_MGMT_RSP
    contains "forced" "$dir/said" 'verdict +ENOENT'
    injects 0 --force --malform random --seed "$round"
    injects 0 --force --malform torn
    injects 0 --force --malform status-all-ones
  done
  injects 64 --force --malform skipped-slot
  stop watcher
  tail -n 1 "$dir/watcher.log" >"$dir/frame"
  same "frame" "$("$NODE" -e '
    const { role, counters } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(role, counters.ukring_events.tsk_mgmt_rsp > 0, counters.seen.cmd_req > 0);
  ' "$dir/frame")" 'observer true true'
  ends fio_ 300
  same "state of the daemon" "$(sed 's/.*) \(.\).*/\1/' "/proc/$responder/stat" | tr -d 'RSD')" ''
  verify "$(disk 0)" 4 >"$dir/fio-last"
  stop responder
}
