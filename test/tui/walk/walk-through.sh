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
types "clear; $*"
keys Enter
shows 'OWNER pid' 120
shows '[1-9][0-9.k]* cmd/s' 60

step "held; the oldest command in flight: Tab to the list, Home"
keys H
shows 'HELD [1-9]'
keys Tab Tab Tab Home
shows '^> .* held .* s '

step "three of them go, one by one"
for _ in 1 2 3; do
  keys s
  shows '-> slot [0-9]+: OK'
  keys Escape
  shows_no '-> slot [0-9]+: OK'
done

step "one answer becomes a medium error"
keys Home e
shows 'edit [0-9]+:[0-9]+, let it go'
keys Down
types 3/11/00
shows 'MEDIUM ERROR'
keys Enter
shows 'CHECK CONDITION .*MEDIUM ERROR 11/00'
shows ' [0-9]+: OK'
keys Escape

step "a bad mid is injected, and the verdict read"
keys i
shows 'inject, field 1'
types bad-mid
shows 'TSK_MGMT_RSP'
keys Enter
shows 'verdict +ENOENT, as expected'
screen
keys Escape
shows 'Esc back$'
keys Escape
shows_no 'inject, field'

step "everything goes on"
keys c
shows_no 'HELD'
shows '[1-9][0-9.k]* cmd/s'

step "only WRITEs"
keys /
types 'opcode == WRITE_10'
keys Enter
shows 'events.*opcode == WRITE_10'
shows 'WRITE\(10\)'
shows_no ' Q +[0-9]+ READ\('

step "to the shell and back, and away"
keys C-z
shows 'Stopped'
keys "fg" Enter
shows 'events.*opcode == WRITE_10'
keys q
if [ -n "${WALK_ASKED:-}" ]; then
  shows 'stop it'
  keys s
fi
shows_no 'opcode == WRITE_10' 60
types 'echo code=$?'
keys Enter
shows '^code=0$' 60
same_modes=$(modes)
[ "$before" = "$same_modes" ] || lost "the terminal is another: $before, then $same_modes"
echo "-- all of it"
