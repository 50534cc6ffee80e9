#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds what a guest needs besides the tree itself, for one kernel, into a
# folder: modules/ (ours, and the foreign ones under foreign/) and programs/.
# With --strict the kernel builds run with W=1 and sparse, and any word of
# theirs is an error: that is the test stage "kernel".
#
# build.sh [--strict] VERSION FOLDER
set -eu
strict=''
[ "$1" = --strict ] && strict=yes && shift
version=$1 folder=$(mkdir -p "$2" && cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
test=$(dirname "$here")
repo=$(dirname "$test")

quietly() { # a make that has nothing to say when all is well
  local log=$folder/make.log
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  if [ -n "$strict" ] && grep -Ev '^make(\[[0-9]+\])?: (Entering|Leaving)|^Skipping BTF' "$log" >&2; then
    echo "build.sh: the words above are warnings of: $*" >&2
    exit 1
  fi
}

options=()
if [ -n "$strict" ]; then # from scratch: what is built already says nothing
  rm -rf "$folder/kernel" "$folder/fake"
  options=(W=1 C=2)
fi
quietly make -s --no-print-directory -C "$repo/kernel" KVER="$version" O="$folder/kernel" "${options[@]}"
quietly make -s --no-print-directory -C "$test/foreign/fake_tgt" KVER="$version" OUT="$folder/fake" "${options[@]}"
mkdir -p "$folder/modules/foreign" "$folder/programs"
cp "$folder"/kernel/{scsi_tgt,tgt_loop}.ko "$folder/modules/"
cp "$folder"/fake/{fake_tgt,scsi_tgt}.ko "$folder/modules/foreign/"

for source in "$test"/foreign/*.c "$here"/programs/*.c; do
  name=$(basename "$source" .c)
  quietly gcc -std=gnu11 -O1 -g -Wall -Wextra -I"$repo/kernel" -o "$folder/programs/$name" "$source"
done

# what every RingDevice keeps to, for /dev/tgt; beside node_modules, where the addon is found
"$repo/node_modules/.bin/esbuild" "$test/device/contract-main.ts" --bundle --platform=node --format=esm \
  --log-level=warning --outfile="$repo/build/contract.mjs"
