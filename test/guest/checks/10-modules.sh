# SPDX-License-Identifier: MIT
# Loading, unloading, what refuses it, and what is left in memory afterwards.

check "smoke full" 600 reload_after_io "load, serve, read and write, unload, again and again: nothing leaks"
reload_after_io() {
  local round rounds memory nameless grown
  rounds=$(count 100 10 2)
  head -c 1M /dev/urandom >/scratch/data
  for round in $(seq 0 "$rounds"); do
    if [ "$round" = 1 ]; then # the first round warms caches, here and in scsi_mod
      memory=$(unreclaimable)
      nameless=$(nameless_allocations)
    fi
    load
    responder --size 16
    grep -qs 'scsi_tgt\]' /sys/kernel/debug/slab/kmalloc-*/alloc_traces || fail "no caller is tracked"
    dd if=/scratch/data of="$(disk 0)" bs=64k oflag=direct status=none
    dd if="$(disk 0)" bs=64k count=16 iflag=direct status=none | cmp - /scratch/data
    # every other time without a farewell
    if [ $((round % 2)) = 0 ]; then stop responder; else murder responder; fi
    unload
  done
  grown=$(($(unreclaimable) - memory))
  echo "kernel memory: $memory kB, grown by $grown kB in $rounds rounds"
  # 32 kB a round, beside what the system does meanwhile
  [ $grown -lt $((1024 + rounds * 32)) ] || fail "kernel memory grew by $grown kB"
  wait_for 20 "the unloaded modules' memory to be freed ($nameless allocations before $rounds rounds)" fewer_than $((nameless + rounds))
}
fewer_than() {
  local now
  now=$(nameless_allocations)
  echo "$now allocations of nameless callers" >&2
  cat /sys/kernel/debug/slab/kmalloc-*/alloc_traces >"$dir/alloc_traces"
  [ "$now" -lt "$1" ]
}

# kB of slabs, vmalloc and per-CPU memory. (Single pages are not in it: what
# else uses those varies by megabytes.)
unreclaimable() {
  echo 3 >/proc/sys/vm/drop_caches
  awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# How many living allocations came through code that is no symbol any more:
# that of a module that is gone, or the start-up code of one that is still there.
# (kmalloc caches are tracked, with stacks: run.js boots with slub_debug.)
nameless_allocations() {
  {
    awk 'BEGIN { RS = "" } / 0xffffffffc/ { sum += $1 } END { print sum + 0 }' \
      /sys/kernel/debug/slab/kmalloc-*/alloc_traces
    awk '$3 ~ /^0xffffffffc/ { sum++ } END { print sum + 0 }' /proc/vmallocinfo
  } | awk '{ sum += $1 } END { print sum }'
}

check "smoke full" 120 unload_refused_by_file "unload is refused while /dev/tgt is open, read-write or read-only"
unload_refused_by_file() {
  local how
  load
  rmmod tgt_loop
  for how in rw ro; do
    start holder $bin/ringtool open $how
    wait_for 10 "the holder" says holder ready
    refused 'in use' rmmod scsi_tgt
    murder holder
  done
  unload
}

check "smoke full" 120 unload_refused_by_mapping "unload is refused while a mapping lives, its file closed"
unload_refused_by_mapping() {
  load
  rmmod tgt_loop
  start holder $bin/ringtool open map
  wait_for 10 "the holder" says holder ready
  refused 'in use' rmmod scsi_tgt
  # the mapping counts as the owner
  refused EBUSY $bin/ringtool open rw
  murder holder
  unload
}

check "smoke full" 300 unload_refused_by_mount "unload is refused while a disk is mounted, and works after"
unload_refused_by_mount() {
  load
  responder --size 32
  mkfs.ext4 -q "$(disk 0)"
  mkdir -p /scratch/mnt
  mount "$(disk 0)" /scratch/mnt
  refused 'in use' rmmod tgt_loop
  refused 'in use' rmmod scsi_tgt
  echo still here >/scratch/mnt/file
  sync /scratch/mnt/file
  umount /scratch/mnt
  rmmod tgt_loop
  refused 'in use' rmmod scsi_tgt
  stop responder
  unload
}

check "full" 300 unload_without_owner "unload right after the owner was killed with commands outstanding"
unload_without_owner() {
  : >"$dir/may-fail"
  load reattach_secs=5
  responder --size 16
  kill -STOP "$responder"
  start reader dd if="$(disk 0)" of=/dev/null bs=4k count=8 iflag=direct
  wait_for 20 "a command outstanding" telemetry_is outstanding -gt 0
  murder responder
  # the reader has the disk open: refused, but not stuck
  refused 'in use' rmmod tgt_loop
  kill -KILL "$reader"
  unload
}

check "full" 300 unload_beside_stopped_owner "unload beside a stopped owner with a write-back disk comes to an end"
unload_beside_stopped_owner() {
  local disk
  : >"$dir/may-fail"
  load tmf_secs=2
  responder --size 16
  for disk in "$(device 0)"/scsi_disk/*; do
    echo 'temporary write back' >"$disk/cache_type"
  done
  scsi_timeout 3 0
  kill -STOP "$responder"
  # one SYNCHRONIZE CACHE that times out, and its error handling
  timeout 120 rmmod tgt_loop || fail "rmmod did not end"
  kill -CONT "$responder"
  murder responder
  unload
}
