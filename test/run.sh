#!/bin/bash
# SPDX-License-Identifier: MIT
# Every test there is: `npm test`. As root it installs the Debian packages it
# needs (test/setup). The last line is "N passed, N failed"; the exit code is
# not 0 if anything failed or could not run.
#
# TGTCTL_SOAK=1: the guest tests in full, with more rounds, on every kernel; the
# native stress tests for minutes.
# TGTCTL_TEST_STAGES="unit guest": only these stages (while working on one).
set -u
cd "$(dirname "$0")/.." || exit 70
results=build/test
mkdir -p $results
passed=0 failed=0
trouble=()
troubles=""

# stage NAME COMMAND...: one step, unless the command leaves $results/NAME.json
# with counts of its own. Goes on after a failure: the rest may tell more.
stage() {
  local name=$1 began=$SECONDS status=0 sum
  shift
  [[ " ${TGTCTL_TEST_STAGES:-$name} " == *" $name "* ]] || return 0
  rm -f "$results/$name.json"
  echo
  echo "== $name"
  "$@" </dev/null || status=$?
  sum=$(node test/setup/counts.js "$results/$name.json" $status) || sum='0 1'
  passed=$((passed + ${sum% *}))
  failed=$((failed + ${sum#* }))
  if [ "${sum#* }" = 0 ]; then
    echo "== $name: ok, $((SECONDS - began)) s"
  else
    trouble+=("$name")
    echo "== $name: FAILED (exit $status), $((SECONDS - began)) s"
  fi
}

unit() {
  npx --no-install vitest run --reporter=default --reporter=json --outputFile.json=$results/unit.json || {
    local status=$?
    troubles+=$(node test/setup/failures.js $results/unit.json)
    return $status
  }
}

# npm builds the addon once; after that make sees what has changed
build() {
  make -s -C build BUILDTYPE=Release && npm run --silent build
}

kernels() {
  local series version failures=0 built=0
  for series in 6.1 6.12; do
    version=$(test/guest/kernels.sh $series | tail -n 1)
    if [ -z "$version" ]; then
      echo "no kernel $series with headers is installed"
    elif test/guest/build.sh --strict "$version" "$results/kernel-$version"; then
      echo "$version: no warning"
      built=$((built + 1))
      continue
    fi
    failures=$((failures + 1))
  done
  echo "{\"passed\": $built, \"failed\": $failures}" >$results/kernels.json
}

native() {
  npm run --silent test:native || return
  [ -z "${TGTCTL_SOAK:-}" ] || make -s -C test/native soak
}

guest() { node test/guest/run.js --summary $results/guest.json; }

stage setup bash test/setup/install.sh
stage build build
stage lint npm run --silent lint
stage unit unit
stage native native
stage kernels kernels
stage guest guest

echo
[ -z "$troubles" ] || printf '%s\n\n' "$troubles"
[ ${#trouble[@]} = 0 ] || echo "failed in: ${trouble[*]}"
echo "$SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
