#!/bin/bash
# SPDX-License-Identifier: MIT
# Boots a throw-away QEMU guest (software emulation) on an installed Debian
# kernel with the host's files and runs one command in it. See usage().
usage() {
  cat <<'U'
boot.sh [options] -- COMMAND [ARG...]
  -k VERSION  kernel, exact or a prefix such as 6.1 (default: the newest)
  -o DIR      out folder: /out in the guest (default: a fresh one)
  -t SECONDS  limit for the command (default 300). Then the guest logs its
              blocked tasks and ends; the host ends a guest that cannot
  -m MB       memory (default 3072)       -c N   processors (default 2)
  -a STRING   more kernel command line    -e NAME=VALUE  environment of COMMAND

COMMAND is run by bash, as root. It sees the host's file system read-only with
a tmpfs over it, this checkout as /repo (read-only), the out folder as /out and
an empty tmpfs as /scratch. Its output is boot.sh's output. Nothing is loaded
beyond what that takes: modprobe and insmod work as usual.
In the out folder: dmesg.txt (live, so there even after a hang), console.log,
processes-at-limit.txt after a time-out, and whatever COMMAND wrote to /out.
Exit status: the command's; 124 time limit; 125 the guest died or never got as
far as the command; 69 qemu, a kernel or a tool is missing; 64 usage.
Caches and default out folders: $TGTCTL_GUEST_DIR, default build/guest.
U
}
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
state=${TGTCTL_GUEST_DIR:-$repo/build/guest}

die() { # status, words
  echo "boot.sh: $2" >&2
  exit "$1"
}
missing() {
  echo "boot.sh: $1 is missing. As root:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends $(grep -v '^#' "$here/../setup/packages.txt" | tr '\n' ' ')" >&2
  exit 69
}

kernel='' out='' limit=300 memory=3072 processors=2 append='' environment=()
while getopts 'k:o:t:m:c:a:e:h' option; do
  case $option in
    k) kernel=$OPTARG ;;
    o) out=$OPTARG ;;
    t) limit=$OPTARG ;;
    m) memory=$OPTARG ;;
    c) processors=$OPTARG ;;
    a) append=$OPTARG ;;
    e) environment+=("$OPTARG") ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { usage >&2; exit 64; }

PATH=$PATH:/usr/sbin:/sbin
busybox=$(command -v busybox) || missing busybox-static
for tool in qemu-system-x86_64 cpio modprobe xz; do
  command -v $tool >/dev/null || missing $tool
done
version=$("$here/kernels.sh" "${kernel:-}" | tail -n 1)
[ -n "$version" ] || missing "a bootable kernel ${kernel:-}"
vmlinuz=/boot/vmlinuz-$version

mkdir -p "$state/cache" || die 73 "cannot create $state/cache"
if [ -n "$out" ]; then
  mkdir -p "$out" || die 73 "cannot create $out"
else
  out=$(mktemp -d "$state/$(date +%H%M%S)-XXXX") || die 73 "cannot create a folder in $state"
fi
out=$(realpath "$out")
job=$out/.job
rm -rf "$job"
mkdir -p "$job"
: >"$out/dmesg.txt"

work=$(mktemp -d) || die 73 "cannot create a temporary folder"
qemu_pid='' cat_pid='' guard_pid=''
cleanup() {
  local pid
  for pid in $qemu_pid $guard_pid $cat_pid; do kill -9 "$pid" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# ---- initramfs: just enough to mount the host's root -----------------------
base='virtio_pci 9pnet_virtio 9p overlay virtio_console virtio_rng'
build_initramfs() { # file
  local tree=$work/initramfs applet file
  mkdir -p "$tree"/{bin,proc,sys,dev,root,out,host,overlay}
  cp "$here/initramfs/init" "$tree/init"
  chmod 755 "$tree/init"
  cp "$busybox" "$tree/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  for file in $base; do
    modprobe -S "$version" -D "$file" 2>/dev/null
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$work/modules"
  while read -r file; do
    cp "$file" "$tree/" && echo "/${file##*/}"
  done <"$work/modules" >"$tree/modules"
  (cd "$tree" && find . | cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initramfs.gz" &&
    mv "$work/initramfs.gz" "$1"
}

# The kernel unpacked: xz costs an emulated guest seconds at every boot.
unpack_kernel() { # file
  local sectors offset length magic
  number() { od -An -t "u$2" -j "$1" -N "$2" "$vmlinuz" | tr -d ' '; }
  sectors=$(number 497 1) offset=$(number 584 4) length=$(number 588 4)
  tail -c +$(((sectors + 1) * 512 + offset + 1)) "$vmlinuz" | head -c "$length" >"$work/payload"
  magic=$(od -An -t x1 -N 2 "$work/payload" | tr -d ' ')
  case $magic in
    fd37) xz -dc --single-stream <"$work/payload" >"$work/vmlinux" 2>/dev/null ;;
    1f8b) gzip -dc <"$work/payload" >"$work/vmlinux" 2>/dev/null ;;
    28b5) zstd -dc <"$work/payload" >"$work/vmlinux" 2>/dev/null ;;
  esac
  [ "$(head -c 4 "$work/vmlinux" 2>/dev/null | tail -c 3)" = ELF ] && mv "$work/vmlinux" "$1"
}

key=$({
  cat "$here/boot.sh" "$here/initramfs/init"
  stat -c '%n %s %Y' "$vmlinuz" "/lib/modules/$version/modules.dep" "$busybox"
} | sha1sum | cut -c1-12)
initramfs=$state/cache/initramfs-$version-$key.gz
image=$state/cache/vmlinux-$version-$key
[ -s "$initramfs" ] || build_initramfs "$initramfs" || die 73 "cannot build the initramfs"
[ -s "$image" ] || unpack_kernel "$image" || image=$vmlinuz

# ---- the job ---------------------------------------------------------------
cp "$here/initramfs/pid1.sh" "$job/"
echo "limit=$limit" >"$job/settings"
{
  for setting in "${environment[@]}"; do printf 'export %q\n' "$setting"; done
  printf 'exec'
  printf ' %q' "$@"
  echo
} >"$job/command"

# ---- run -------------------------------------------------------------------
mkfifo "$work/output"
cat "$work/output" &
cat_pid=$!
setsid qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu max -smp "$processors" -m "$memory" \
  -nodefaults -no-user-config -display none -no-reboot \
  -kernel "$image" -initrd "$initramfs" \
  -append "console=ttyS0 loglevel=4 panic=-1 log_buf_len=8M mitigations=off nokaslr random.trust_cpu=on tsc=nowatchdog $append" \
  -chardev file,id=console,path="$out/console.log" -serial chardev:console \
  -device virtio-serial-pci -chardev file,id=output,path="$work/output" \
  -device virtserialport,chardev=output,name=output \
  -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  -virtfs local,path="$repo",mount_tag=repo,security_model=none,readonly=on,multidevs=remap \
  -virtfs local,path="$out",mount_tag=out,security_model=none,multidevs=remap \
  -device isa-debug-exit,iobase=0x501,iosize=1 \
  </dev/null >/dev/null 2>"$job/qemu.err" &
qemu_pid=$!
(
  trap 'kill $sleeper; exit' TERM
  sleep $((limit + 60)) &
  sleeper=$!
  wait $sleeper
  : >"$job/killed-by-host"
  kill -9 "$qemu_pid"
) 2>/dev/null &
guard_pid=$!
wait "$qemu_pid" 2>/dev/null
qemu_pid=''
kill "$guard_pid" 2>/dev/null
wait "$guard_pid" 2>/dev/null
guard_pid=''
# qemu that never started leaves nobody to open the other end of the fifo
: <>"$work/output"
wait "$cat_pid" 2>/dev/null
cat_pid=''

if [ -s "$job/status" ]; then
  exit "$(cat "$job/status")"
elif [ -e "$job/killed-by-host" ]; then
  echo "boot.sh: the guest hung and was ended; see $out/dmesg.txt" >&2
  exit 124
fi
{
  echo "boot.sh: the guest died; see $out/console.log and dmesg.txt. Its last words:"
  cat "$job/qemu.err"
  tail -n 25 "$out/console.log"
} >&2
exit 125
