# harness.sh - drives a program in a real terminal: tmux, one private server for
# each scenario, with nothing of the caller's environment.
#
#     . "$(dirname "$0")/harness.sh"
#
#     survives_resize() {
#         start "$SEQSH" attach "$D/runs/tiny"
#         waitfor 'loss'
#         resize 40 12
#         waitfor 'loss'
#         type_ q
#         exits 0
#         tty_clean
#     }
#     W=200 H=50 scenario 'the dashboard survives a resize' survives_resize
#
# A scenario runs in a subshell under `set -e`, in the empty folder $D, which is
# also its HOME's parent; every line of it is an assertion. When one fails, the
# line, the screen and the program's state are printed. Servers, programs left
# running and the folder are gone afterwards, whatever happened.
#
# Never sleep for a state: waitfor it.
#
# Variables, set before `scenario` or within it before `start`:
#     W=80 H=24              size of the terminal
#     LOC=C.UTF-8            locale (LC_ALL)
#     TERM_=tmux-256color    TERM
#     ENVX=(NAME=VALUE ...)  more environment; an array: set it within
#     WAIT=60                seconds until waitfor and exits give up

. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

W=80 H=24 LOC=C.UTF-8 TERM_=tmux-256color WAIT=${WAIT:-60}
ENVX=()

# scenario NAME FUNCTION [ARGS]
scenario() {
    local name=$1
    shift
    if ! command -v tmux >/dev/null; then
        echo 'tmux is missing' >"$tap_out"
        result 77 "$name"
        return
    fi
    D=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-screen.XXXXXX")
    mkdir "$D/home"
    cat >"$D/tmux.conf" <<'EOF'
set -g remain-on-exit on
set -g status off
set -g history-limit 20000
set -s escape-time 0
set -s set-clipboard on
EOF
    check "$name" scenario_run "$@"
    clean_up
}

scenario_run() {
    trap 'scenario_failed "$LINENO" "$BASH_COMMAND"' ERR
    cd "$D"
    "$@"
}

scenario_failed() {
    tap_where "$@"
    echo "--- screen ---"
    screen 2>&1 | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
    echo "--- flags: $(flags 2>&1) rc: $(cat "$D/rc" 2>/dev/null || echo none) ---"
}

# Kills what the scenario left running: every process that carries its $D.
clean_up() {
    [ -n "${D:-}" ] || return 0
    t kill-server 2>/dev/null
    kill_marked "$D"
    rm -rf "$D"
    D=
}
trap 'clean_up; tap_end' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The private server: its socket lies in the scratch folder.
t() { env -u TMUX tmux -S "$D/socket" -f "$D/tmux.conf" "$@"; }

# start COMMAND ARGS...: in a fresh terminal. $D/pid is its process, $D/rc its exit
# status once it has ended; the terminal's modes before and after are kept.
start() {
    rm -f "$D/pid" "$D/rc" "$D/after"
    cat >"$D/pane.sh" <<'EOF'
trap : INT QUIT # this shell outlives a Ctrl-C; the program does as it pleases
stty -g >before
sh -c 'echo $$ >pid; exec "$@"' sh "$@"
status=$?
stty -g >after
echo $status >rc
exec sh
EOF
    open_pane sh "$D/pane.sh" "$@"
    wait_until test -s "$D/pid"
}

# An interactive shell with job control: for Ctrl-Z, fg, and pipelines.
start_shell() {
    cat >"$D/rc.bash" <<'EOF'
PS1='sh$ '
stty -g >before
EOF
    open_pane bash --noprofile --rcfile "$D/rc.bash" -i
    waitfor '^sh\$'
}

open_pane() {
    if t has-session 2>/dev/null; then
        t kill-server
        wait_until eval '! t has-session 2>/dev/null'
    fi
    printf '%q ' exec env -i SEQSH_TEST="$D" SEQSH="$SEQSH" PATH="${SEQSH%/*}:$PATH" \
        HOME="$D/home" TERM="$TERM_" LC_ALL="$LOC" SHELL=/bin/sh SEQSH_MODELS="$SEQSH_MODELS" \
        ${ASAN_OPTIONS+ASAN_OPTIONS="$ASAN_OPTIONS"} \
        ${UBSAN_OPTIONS+UBSAN_OPTIONS="$UBSAN_OPTIONS"} "${ENVX[@]}" "$@" >"$D/exec.sh"
    # window-size cannot stand in the configuration: tmux 3.3a's server dies of it
    t new-session -d -s t -x "$W" -y "$H" -c "$D" "exec bash $D/exec.sh" \; \
        set -g window-size manual
}

# --- what a person does ---
keys() { t send-keys -t t "$@"; }           # names: Enter, C-c, Up, F2 ...
type_() {                                   # literal text; tmux eats a final `;`
    case $1 in
    *\;) t send-keys -t t -l -- "${1%;}\\;" ;;
    *) t send-keys -t t -l -- "$1" ;;
    esac
}
line() { type_ "$1" && keys Enter; }
resize() { t resize-window -t t -x "$1" -y "$2"; }
paste() { printf %s "$1" | t load-buffer - && t paste-buffer -p -t t; }

# --- what is seen ---
screen() { t capture-pane -t t -p; }
screen_sgr() { t capture-pane -t t -p -e; } # with colours
hist() { t capture-pane -t t -p -S -; }     # with what has scrolled away
raw() { t pipe-pane -t t -o "cat >>$D/raw"; } # from now on, every byte, in $D/raw
clears() { grep -aoE $'\e\\[2J|\e\\[H\e\\[J' "$D/raw" | wc -l; } # of the whole screen, in it
clipboard() { t show-buffer 2>/dev/null || :; }
cursor() { t display -p -t t '#{cursor_x} #{cursor_y}'; }
flags() {
    t display -p -t t \
        '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{pane_dead} #{pane_title}'
}
pid() { cat "$D/pid"; }
running() { # the processes of $SEQSH in this scenario, also those of start_shell
    local p
    for p in $(grep -lzxF "SEQSH_TEST=$D" /proc/[0-9]*/environ 2>/dev/null || :); do
        p=${p%/environ}
        [ "$(readlink "$p/exe")" != "$(readlink -f "$SEQSH")" ] || echo "${p#/proc/}"
    done
}

# The same from the first byte that a program writes.
start_raw() { # COMMAND ARGS...
    rm -f "$D/raw"
    start sh -c 'read _; exec "$@"' sh "$@"
    raw
    keys Enter
}

# --- assertions ---
wait_until() { # COMMAND ARGS...: until it succeeds
    local end=$((SECONDS + WAIT))
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep .05
    done
}
sees() { screen | grep -qE -- "$1"; }       # now
sees_not() { ! sees "$1"; }
waitfor() { wait_until sees "$1"; }
wait_gone() { wait_until sees_not "$1"; }
exits() { # STATUS: the program ends, with it
    wait_until test -s "$D/rc"
    [ "$(cat "$D/rc")" = "$1" ]
}
# After the end: no alternate screen, cursor visible, no mouse, modes as before.
tty_clean() {
    wait_until test -s "$D/after"
    [ "$(flags | cut -d' ' -f1-3)" = "0 1 0" ]
    cmp "$D/before" "$D/after"
}
# Of what is in $D/raw, every sequence moves, colours, erases, or sets a mode: none asks the
# terminal, names or keeps anything. 22t and 23t keep a title and bring it back; ?0c is how
# Linux shows its cursor.
asks_nothing() {
    wait_until test -s "$D/raw"
    not env LC_ALL=C grep -aq "$(printf '\005')" "$D/raw"
    LC_ALL=C grep -aoE "$esc(\\[[0-9;:?<=>!]*[ -/]*[@-~]|[()][0-9A-Z]|.)" "$D/raw" |
        sort -u | not grep -avE \
        "^$esc(\\[[0-9;?]*[A-HJ-MPSTX@bdghlmr]|\\[2[23];0;0t|\\[\\?[0-9]*c|[()][0-9AB]|[=>78HM])\$"
}
esc=$(printf '\033')
killed_clean() { # SIGNAL
    kill "-$1" "$(pid)"
    wait_until test -s "$D/rc"
    [ "$(cat "$D/rc")" -gt 128 ]
    tty_clean
}
