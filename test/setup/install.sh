#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes sure every Debian package of packages.txt is there: installs what is
# missing as root, otherwise prints the one command that does. Exit 69 when
# something is missing at the end.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mapfile -t wanted < <(grep -v '^#' "$here/packages.txt")

missing() {
  local p
  for p in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || echo "$p"
  done
}

# A mirror that is being updated, or a lock somebody holds, is worth waiting for.
retry() {
  local try
  for try in 1 2 3 4; do
    "$@" && return 0
    echo "install.sh: try $try of '$*' failed" >&2
    sleep $((try * 5))
  done
  return 1
}

command -v dpkg-query >/dev/null || {
  echo "install.sh: not a Debian system: packages.txt names what the tests need" >&2
  exit 69
}
mapfile -t lacking < <(missing)
[ ${#lacking[@]} = 0 ] && exit 0

command_line="apt-get update && apt-get install -y --no-install-recommends ${lacking[*]}"
if [ "$(id -u)" != 0 ]; then
  echo "install.sh: ${#lacking[@]} packages are missing. As root:" >&2
  echo "  $command_line" >&2
  exit 69
fi

echo "install.sh: installing ${lacking[*]}"
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
retry "${apt[@]}" update </dev/null
retry "${apt[@]}" install -y --no-install-recommends "${lacking[@]}" </dev/null

mapfile -t lacking < <(missing)
[ ${#lacking[@]} = 0 ] && exit 0
echo "install.sh: still missing: ${lacking[*]}" >&2
exit 69
