# SPDX-License-Identifier: MIT
# A terminal of our own in tmux: what a person types, and what stands on the screen then. Sourced by
# walk-through.sh, on the simulator and in the guest.

walk_socket=walk-$$
walk_patience=${WALK_PATIENCE:-15}

# tmux without anybody's settings
in_tmux() { tmux -f /dev/null -L "$walk_socket" "$@"; }

# terminal COLUMNS ROWS: a shell, its prompt `walk>`
terminal() {
  env -u TMUX -u CI -u NO_COLOR PS1='walk> ' \
    tmux -f /dev/null -L "$walk_socket" new-session -d -x "$1" -y "$2" bash --norc --noprofile
  in_tmux set-option -g status off
  shows '^walk>'
}

end_terminal() { in_tmux kill-server 2>/dev/null || true; }

# keys KEY...: by tmux's names
keys() { in_tmux send-keys "$@"; }
# types TEXT: literally
types() { in_tmux send-keys -l "$1"; }

screen() { in_tmux capture-pane -p; }

# shows PATTERN [SECONDS]: waits until a line of the screen matches
shows() {
  local until=$((SECONDS + ${2:-$walk_patience}))
  until screen | grep -Eq -- "$1"; do
    [ $SECONDS -lt $until ] || lost "waited in vain for: $1"
    sleep 0.2
  done
}

# shows_no PATTERN [SECONDS]: waits until none does
shows_no() {
  local until=$((SECONDS + ${2:-$walk_patience}))
  while screen | grep -Eq -- "$1"; do
    [ $SECONDS -lt $until ] || lost "still there: $1"
    sleep 0.2
  done
}

# lost WORDS: what was expected, and what stands there instead
lost() {
  echo "FAILED: $*"
  screen
  end_terminal
  exit 1
}

# The terminal's modes, as `stty -a` tells of them in it
modes() {
  keys "clear; stty -a" Enter
  shows 'min = |time = '
  screen | tr ';' '\n' | grep -Ev 'rows|columns|walk>' | tr -s ' \n' ' '
}
