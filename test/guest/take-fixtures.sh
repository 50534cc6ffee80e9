#!/bin/bash
# SPDX-License-Identifier: MIT
# Takes the ring images of fixtures/ anew on a real kernel in QEMU (the checks
# of checks/80-fixtures.sh) and rewrites their part of fixtures/README.md.
#
# take-fixtures.sh [KERNEL SERIES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures
series=${1:-6.1}
state=${TGTCTL_GUEST_DIR:-$here/../../build/guest}
version=$("$here/kernels.sh" "$series" | tail -n 1)
begin='<!-- images of take-fixtures.sh: begin -->'
end='<!-- images of take-fixtures.sh: end -->'

node "$here/run.js" --kernel "$series" --set fixtures

section() {
  echo "$begin"
  echo
  echo "## Taken by \`test/guest/take-fixtures.sh\`"
  echo
  echo "Both rings (128 KiB, dialect \`seed-x86_64\`) of \`scsi_tgt.ko\` with \`tgt_loop.ko\` on Linux"
  echo "$version in QEMU, read through a read-only mapping by \`test/guest/programs/ringtool.c\`."
  local folder name
  for folder in "$state/$version"/checks/ring_*/; do
    name=$(basename "$folder" | tr _ -)
    cp "$folder/image.bin" "$fixtures/$name.bin"
    echo
    echo "### \`$name.bin\`"
    echo
    sed '1s/$/.\n/; 2,$s/^/- /' "$folder/facts"
  done
  echo
  echo "$end"
}

readme=$fixtures/README.md
touch "$readme"
section >"$state/section"
{
  sed "/^$begin\$/,/^$end\$/d" "$readme" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
  echo
  cat "$state/section"
} >"$state/readme"
cp "$state/readme" "$readme"
