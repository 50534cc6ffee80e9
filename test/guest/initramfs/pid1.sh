# SPDX-License-Identifier: MIT
# PID 1 of the guest once the host's root is in place (busybox sh): runs the
# command of /out/.job/command in a session of its own under a time limit, and
# leaves its exit status in /out/.job/status and the kernel log in dmesg.txt.
job=/out/.job
. $job/settings # limit=SECONDS
export PATH=/run/busybox

dmesg -n 1
cat /dev/kmsg >/out/dmesg.txt 2>/dev/null &
follow=$!
console=/dev/console
for port in /sys/class/virtio-ports/*; do
  [ "$(cat $port/name)" = output ] && console=/dev/${port##*/}
done

finish() { # status
  trap '' TERM USR1
  kill $follow 2>/dev/null
  # complete, and with times people can read, in place of the raw copy
  dmesg >/out/dmesg.new 2>/dev/null && mv /out/dmesg.new /out/dmesg.txt
  echo "$1" >$job/status
  printf "\\x$(printf %02x $(($1 & 127)))" | dd of=/dev/port bs=1 seek=1281 conv=notrunc 2>/dev/null
  sleep 1
  echo o >/proc/sysrq-trigger
  sleep 60
}

cd /root
export HOME=/root TERM=dumb LANG=C.UTF-8
exec 8>$console
(
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  exec /run/busybox/setsid /bin/bash $job/command </dev/null >&8 2>&1 8>&-
) &
command=$!
(
  exec 8>&-
  sleep $limit
  : >$job/timed-out
  echo w >/proc/sysrq-trigger # blocked tasks
  for p in /proc/[0-9]*; do
    line=$(tr '\0' ' ' <$p/cmdline) && [ -n "$line" ] || continue
    echo "== ${p#/proc/} $line"
    grep State $p/status
    cat $p/stack
  done >/out/processes-at-limit.txt 2>/dev/null
  kill -TERM -$command
  sleep 2
  kill -KILL -$command
  sleep 2
  kill -USR1 1
) &
trap 'finish 124' USR1
wait $command
status=$?
while [ $status -gt 128 ] && kill -0 $command 2>/dev/null; do
  wait $command
  status=$?
done
[ -e $job/timed-out ] && status=124
exec 8>&-
finish $status
