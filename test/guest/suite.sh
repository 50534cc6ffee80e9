#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs checks in the guest, one after the other, each in a session of its own
# with a limit, and looks at the kernel's log and at what is left after each.
#
# suite.sh SET PATTERN: SET is full or smoke, PATTERN restricts the names.
# One line a check on stdout, and in /out/results: NAME, pass or fail, seconds.
set -u
here=/repo/test/guest
export CHECK_SET=$1
pattern=$2

# suite.sh --one NAME: a single check, in a shell of its own
. $here/lib.sh
for file in $here/checks/*.sh; do . "$file"; done
if [ "$CHECK_SET" = --one ]; then
  CHECK_SET=$CHECK_SET_NAME
  set -eE
  trap 'echo "FAILED: line ${BASH_LINENO[0]:-$LINENO} of ${BASH_SOURCE[1]:-$0}: $BASH_COMMAND"' ERR
  cd /scratch
  "$pattern"
  exit 0
fi

alarming='\bBUG\b|WARNING:|Oops|general protection|Call Trace|blocked for more than|rcu.*(stall|self-detected)'
alarming+='|soft lockup|hard LOCKUP|KASAN|UBSAN|KCSAN|lockdep|possible (circular|recursive)|inconsistent lock'
alarming+='|suspicious RCU|sleeping function|scheduling while atomic|refcount_t|list_(add|del) corruption'
alarming+='|[Mm]emory leak|unreferenced object|Objects remaining|still has objects|Unable to handle|Kernel panic|EXT4-fs (error|warning)'
# what a check may only cause if it says so (a file "may-fail" in its folder)
# (unloading without an owner costs the disk its last cache flush: normal)
failing='I/O error|Buffer I/O|offline|DID_|rejecting I/O|Device not ready'

log_since() { dmesg | sed "0,/check begins: $1\$/d"; }
# What is wrong in the log of check $1; $2 says what is looked for
log_faults() { log_since "$1" | grep -Ev 'Synchronize Cache\(1[06]\) failed' | grep -E "$2"; }

# Ends what a check left behind. Says what could not be undone.
tidy() { # SESSION
  local mount pid try
  pkill -KILL -s "$1" 2>/dev/null
  for try in $(seq 100); do pgrep -s "$1" >/dev/null || break; sleep 0.1; done
  pgrep -s "$1" >/dev/null && echo "processes that do not die: $(pgrep -a -s "$1" | tr '\n' ';')"
  for mount in $(awk '$2 ~ "^/scratch/" { print $2 }' /proc/mounts); do
    umount "$mount" 2>/dev/null || umount -l "$mount"
  done
  rm -rf /scratch/* /dev/shm/* /run/tgtctl
  for try in $(seq 150); do
    grep -Eq '^(tgt_loop|scsi_tgt|fake_tgt) ' /proc/modules || break
    for module in tgt_loop fake_tgt scsi_tgt; do
      grep -q "^$module " /proc/modules && rmmod $module 2>/dev/null
    done
    sleep 0.2
  done
  grep -E '^(tgt_loop|scsi_tgt|fake_tgt) ' /proc/modules | sed 's/^/a module does not unload: /'
  rm -f /dev/tgt
}

context() { # NAME
  local file
  for file in "$CHECK_DIR"/*.log; do
    [ -s "$file" ] && [ "${file##*/}" != check.log ] && { echo "--- ${file##*/}"; tail -n 12 "$file"; }
  done
  echo "--- kernel"
  log_since "$1" | tail -n 40
}

run_one() { # NAME
  local name=$1 session began=$EPOCHREALTIME took status=0 trouble='' may_fail limit
  limit=${limits[$name]}
  [ -z "${CHECK_SOAK:-}" ] || limit=$((limit * 10)) # many more rounds
  export CHECK_DIR=/out/checks/$name
  mkdir -p "$CHECK_DIR"
  echo "check begins: $name" >/dev/kmsg
  CHECK_SET_NAME=$CHECK_SET setsid timeout -k 10 "$limit" \
    bash $here/suite.sh --one "$name" >"$CHECK_DIR/check.log" 2>&1 </dev/null &
  session=$!
  wait $session || status=$?
  [ $status = 124 ] && echo "FAILED: not done after $limit s" >>"$CHECK_DIR/check.log"
  may_fail=$failing
  [ -e "$CHECK_DIR/may-fail" ] && may_fail='^$'
  if [ $status != 0 ]; then # before tidying: what is stuck where
    ps -eo pid,stat,wchan:32,args | awk '$2 ~ /^D/' >"$CHECK_DIR/blocked"
    cat /sys/kernel/debug/scsi_tgt/commands >"$CHECK_DIR/commands" 2>/dev/null
  fi
  trouble=$(tidy $session)
  log_faults "$name" "$alarming|$may_fail" >"$CHECK_DIR/alarming" && trouble+=" alarming lines in the kernel log"
  took=$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  if [ $status = 0 ] && [ -z "$trouble" ]; then
    echo "PASS $name ($took s) ${texts[$name]}"
    printf '%s\tpass\t%s\n' "$name" "$took" >>/out/results
    return
  fi
  echo "FAIL $name ($took s) ${texts[$name]}"
  {
    [ -z "$trouble" ] || echo "FAILED: afterwards: $trouble"
    tail -n 15 "$CHECK_DIR/check.log"
    head -n 12 "$CHECK_DIR/alarming"
    [ ! -s "$CHECK_DIR/blocked" ] || cat "$CHECK_DIR/blocked"
    context "$name"
  } | sed 's/^/     /'
  printf '%s\tfail\t%s\n' "$name" "$took" >>/out/results
}

selected=()
for name in "${names[@]}"; do
  [[ " ${sets[$name]} " == *" $CHECK_SET "* ]] || continue
  [[ $name =~ $pattern ]] && selected+=("$name")
done
: >/out/results
printf '%s\n' "${selected[@]}" >/out/plan
for name in "${selected[@]}"; do run_one "$name"; done
grep -q '	fail	' /out/results && exit 1
exit 0
