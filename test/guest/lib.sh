# SPDX-License-Identifier: MIT
# What the checks are written with: registering, failing, waiting, the modules,
# the disks. Sourced by suite.sh, in the guest, with bash.

bin=/out/programs     # C programs, compiled on the host
modules=/out/modules  # .ko files
dir=${CHECK_DIR:-/out} # of the check that runs: logs and what it makes

# ---- registering ----------------------------------------------------------

names=()
declare -A sets limits texts
# check SETS SECONDS NAME TEXT: NAME is the function to run
check() {
  names+=("$3")
  sets[$3]=$1 limits[$3]=$2 texts[$3]=$4
}

# How often to do something: count SOAK FULL SMOKE
count() {
  case ${CHECK_SOAK:+soak}${CHECK_SET} in
    soak*) echo "$1" ;;
    full) echo "$2" ;;
    *) echo "$3" ;;
  esac
}

# ---- failing and waiting --------------------------------------------------

fail() {
  echo "FAILED: $*"
  exit 1
}

# same WHAT GOT WANTED
same() {
  [ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"
}

# contains WHAT FILE PATTERN
contains() {
  grep -Eqi -- "$3" "$2" || fail "$1: '$3' not found in: $(head -c 600 "$2")"
}

# refused WORDS COMMAND...: it must fail, and say WORDS (a pattern)
refused() {
  local words=$1
  shift
  if "$@" >"$dir/refused" 2>&1; then fail "'$*' was not refused"; fi
  contains "'$*'" "$dir/refused" "$words"
}

# wait_for SECONDS WHAT COMMAND...: until it succeeds
wait_for() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || fail "waited in vain for $what"
    sleep 0.2
  done
}

gone() { ! kill -0 "$1" 2>/dev/null; }
says() { grep -Eq -- "$2" "$dir/$1.log"; }

# start NAME COMMAND...: in the background; its output in $dir/NAME.log, its
# process in $NAME
start() {
  local name=$1
  shift
  : >"$dir/$name.log" # here, not in the child: says() must not find an old word
  "$@" >>"$dir/$name.log" 2>&1 </dev/null &
  printf -v "$name" %s $!
}

# ends NAME SECONDS [STATUS]: wait for a started process and its exit status
ends() {
  local name=$1 wanted=${3:-0} status=0
  wait_for "$2" "$name to end" gone "${!name}"
  wait "${!name}" || status=$?
  [ "$status" = "$wanted" ] || fail "$name ended with $status, not $wanted: $(tail -n 5 "$dir/$name.log")"
}

# stop NAME: ask it to end, and insist that it ends well
stop() {
  kill -TERM "${!1}" 2>/dev/null || fail "$1 is not there any more: $(tail -n 5 "$dir/$1.log")"
  ends "$1" 60
}

# murder NAME
murder() {
  kill -KILL "${!1}"
  wait_for 30 "$1 to be gone" gone "${!1}"
  wait "${!1}" 2>/dev/null || true
}

# ---- modules --------------------------------------------------------------

# load [SCSI_TGT PARAMETERS] [-- TGT_LOOP PARAMETERS]
load() {
  local core=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    core+=("$1")
    shift
  done
  [ $# = 0 ] || shift
  modprobe -a scsi_mod sd_mod sg
  insmod $modules/scsi_tgt.ko "${core[@]}"
  insmod $modules/tgt_loop.ko "$@"
  wait_for 20 "/dev/tgt" test -c /dev/tgt
}

loaded() { grep -q "^$1 " /proc/modules; }

unload() { wait_for 60 "the modules to unload" rmmod_both; }
rmmod_both() {
  if loaded tgt_loop; then rmmod tgt_loop || return 1; fi
  if loaded scsi_tgt; then rmmod scsi_tgt || return 1; fi
}

# name of a telemetry counter -> value
telemetry() { $bin/ringtool telemetry | sed -n "s/^$1=//p"; }
telemetry_is() { [ "$(telemetry "$1")" "$2" "$3" ]; }

# ---- disks ----------------------------------------------------------------

# Numbers of the target hosts, in order
target_hosts() {
  local host
  for host in /sys/class/scsi_host/host*; do
    [ "$(cat "$host/proc_name" 2>/dev/null)" = tgt_loop ] && echo "${host##*/host}"
  done | sort -n
}

scan() {
  local host
  for host in $(target_hosts); do echo '- - -' >"/sys/class/scsi_host/host$host/scan"; done
}

# device LUN [N-TH HOST]: its folder in /sys, where a LUN above 255 shows with its addressing method
device() {
  local host lun=$1
  [ "$lun" -lt 256 ] || lun=$((lun | 0x4000))
  host=$(target_hosts | sed -n "${2:-1}p")
  ls -d /sys/class/scsi_device/"$host":0:0:"$lun"/device 2>/dev/null
}
# disk LUN [N-TH HOST]: /dev/sdX; generic: /dev/sgX
disk() { node_of block "$@"; }
generic() { node_of scsi_generic "$@"; }
node_of() {
  local kind=$1 node
  shift
  node=$(ls "$(device "$@")/$kind" 2>/dev/null | head -n 1)
  [ -n "$node" ] && [ -e "/dev/$node" ] && echo "/dev/$node"
}
usable() { # LUN [HOST]: a disk one can read
  local node
  node=$(disk "$@") && dd if="$node" of=/dev/null bs=4096 count=1 iflag=direct status=none
}

# Lower the initiator's patience for a disk, and for its error handling.
scsi_timeout() { # SECONDS LUN [HOST]
  local seconds=$1 folder
  shift
  folder=$(device "$@")
  echo "$seconds" >"$folder/timeout"
  echo "$seconds" >"$folder/eh_timeout"
}

# ---- responders -----------------------------------------------------------

# The daemon of 2006 with LUN 0 found: responder [OPTIONS]
responder() {
  start responder $bin/responder-2006 "$@"
  wait_for 20 "the responder" says responder ready
  scan
  wait_for 60 "the disk" usable 0
}

tgtctl() { "$NODE" /repo/bin/tgtctl.js "$@"; }

# serve ARGUMENTS: tgtctl serve in the background, until it says ready
serve() {
  start serve "$NODE" /repo/bin/tgtctl.js serve "$@"
  wait_for 120 "serve to be ready" said_ready
  says serve ready || fail "serve ended: $(tail -n 5 "$dir/serve.log")"
}
said_ready() { says serve ready || gone "$serve"; }

# ---- load -----------------------------------------------------------------

# verify DISK MIB [FIO OPTIONS]: random writes with checksums, read back
verify() {
  local target=$1 size=$2
  shift 2
  fio --name=verify --filename="$target" --ioengine=libaio --direct=1 --rw=randwrite --bs=4k \
    --iodepth=32 --size="${size}m" --verify=crc32c --verify_fatal=1 --group_reporting "$@"
}

# a tree to copy: some real files of the host, always the same
tree=/usr/share/perl5
