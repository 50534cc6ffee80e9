#!/bin/bash
# SPDX-License-Identifier: MIT
# Lists the installed kernels that can be booted and built for, one a line in
# version order; with an argument only those equal to it or beginning with it
# ("6.1" is not "6.12").
for version in $(ls /lib/modules 2>/dev/null | sort -V); do
  case $version in
    "${1:-$version}" | "$1".*) ;;
    *) continue ;;
  esac
  [ -e "/boot/vmlinuz-$version" ] && [ -e "/lib/modules/$version/modules.dep" ] &&
    [ -e "/lib/modules/$version/build/Makefile" ] && echo "$version"
done
exit 0
