# SPDX-License-Identifier: MIT
# Loading, unloading, what refuses it, and what is left in memory afterwards.

check "smoke full" 600 reload_after_io "load, serve, read and write, unload, again and again: nothing leaks"
reload_after_io() {
  local round rounds memory grown
  rounds=$(count 100 10 3)
  head -c 1M /dev/urandom >/scratch/data
  : >"$dir/ranges"
  for round in $(seq 0 "$rounds"); do
    if [ "$round" = 1 ]; then # the first round warms caches, here and in scsi_mod
      memory=$(unreclaimable)
      left_by_us >"$dir/left-before"
    fi
    load
    code_ranges >>"$dir/ranges"
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
  # what is freed late (RCU, work queues, dentries of /sys) is given time
  for round in $(seq 20); do
    left_by_us >"$dir/left-after"
    grown_traces "$rounds" "$dir/left-before" "$dir/left-after" >"$dir/grown-traces"
    [ -s "$dir/grown-traces" ] || return 0
    sleep 1
  done
  fail "allocated in $rounds rounds and never freed: $(cat "$dir/grown-traces")"
}

# kB of slabs, vmalloc and per-CPU memory. (Single pages are not in it: what
# else uses those varies by megabytes.)
unreclaimable() {
  drop_caches
  awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# A dentry that was used lately survives the first time.
drop_caches() {
  echo 3 >/proc/sys/vm/drop_caches
  echo 3 >/proc/sys/vm/drop_caches
}

# Where the code of our modules lies now, or lay until its start-up code was
# dropped: lines of FIRST END MODULE, addresses as 16 digits
code_ranges() {
  local module section size base
  for module in scsi_tgt tgt_loop; do
    readelf -SW $modules/$module.ko | sed 's/^ *\[ *[0-9]*\]//' | awk '$2 == "PROGBITS" && $7 ~ /X/ { print $1, $5 }' |
      while read -r section size; do
        base=/sys/module/$module/sections/$section
        [ ! -e "$base" ] || base=$(cat "$base")
        [[ $base != 0x* ]] || printf '%016x %016x %s%s\n' "$base" $((base + 0x$size)) $module "$section"
      done
  done
}

# Living allocations that were made by our code, now unloaded: lines of how many
# and the callers. What an interrupt allocated that came upon our code is not ours.
# (kmalloc caches are tracked, with stacks: run.js boots with slub_debug.)
left_by_us() {
  drop_caches
  {
    cat /sys/kernel/debug/slab/kmalloc-*/alloc_traces
    printf '\n'
    awk '{ print 1, "vmalloc\n" $3 "\n" }' /proc/vmallocinfo
  } | awk -v ranges="$dir/ranges" '
    BEGIN {
      while ((getline line <ranges) > 0) {
        split(line, word)
        first[line] = word[1] ""; end[line] = word[2] ""; name[line] = word[3]
      }
      RS = ""; FS = "\n"
    }
    {
      ours = ""; callers = ""; upon = 0
      split($1, head, " ")
      for (i = 2; i <= NF; i++) {
        caller = $i
        gsub(/[ \t]/, "", caller)
        if (caller ~ /^asm_|softirq|irq_exit/) upon = 1
        if (caller ~ /^0xf/)
          for (line in first)
            if (substr(caller, 3) >= first[line] && substr(caller, 3) <= end[line]) {
              if (!upon) ours = name[line]
              caller = name[line] "+..." substr(caller, length(caller) - 2)
              break
            }
        callers = callers " " caller
      }
      if (ours) sum[callers] += head[1]
    }
    END { for (callers in sum) print sum[callers] callers }'
}

# grown_traces ROUNDS BEFORE AFTER: callers whose allocations have grown by one
# every other round or more (the owner is murdered every other round)
grown_traces() {
  awk -v rounds="$1" '
    { number = $1; $1 = "" }
    FNR == NR { before[$0] = number; next }
    number - before[$0] >= rounds / 2 { print "\n" before[$0] + 0 " -> " number ":" $0 }' "$2" "$3"
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
