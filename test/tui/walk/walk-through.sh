#!/bin/bash
# SPDX-License-Identifier: MIT
# What a new user does in the first minutes, by keys alone. walk-through.sh TOP...: the command that opens
# the screen as the owner of a target with traffic. Ends with 0, or with what was expected and the screen.
set -eu
source "$(dirname "$0")/tmux.sh"
trap end_terminal EXIT

step() { echo "-- $*"; }

step "a shell, and the screen"
terminal 120 40
before=$(modes)
types "clear; $*; echo code=\$?"
keys Enter
shows 'OWNER pid' 60
shows '[1-9][0-9.k]* cmd/s' 60

step "the oldest command in flight, held: Tab to the list, Home"
keys H
shows 'HELD [1-9]' 30
keys Tab Tab Tab Home
shows '^>.* held .* s ' 30

step "three of them go, one by one"
for _ in 1 2 3; do
  keys s
  shows '-> slot [0-9]+: OK' 30
  keys Escape
  shows_no '-> slot [0-9]+: OK'
done

step "one answer becomes a medium error"
keys Home e
shows '(edit|release)'
