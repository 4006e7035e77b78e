# reset.sh - `seqsh reset` and `seqsh doctor` in a real terminal.

. "$(dirname "$0")/harness.sh"

sane() { # $D/after, of `stty -a`
    wait_until test -s after
    local flag
    for flag in icrnl ixon opost onlcr isig icanon iexten echo echoe echok; do
        grep -qE "(^| )$flag( |;|\$)" after
    done
    grep -q 'intr = ^C;' after
    grep -q 'min = 1; time = 0' after
}

broken_terminal() {
    start_shell
    echo 'printf "\033[?1049h\033[?25l\033[?1000h\033[?2004h\033[5;9r\033[31m"' >break
    line 'echo before; . ./break; stty raw -echo'
    wait_until eval '[ "$(flags | cut -d" " -f1-3)" = "1 0 1" ]'
    raw
    type_ '$SEQSH reset'
    keys C-j # as Enter does nothing in raw mode
    wait_until eval '[ "$(flags | cut -d" " -f1-3)" = "0 1 0" ]'
    line 'echo a$((40 + 2))b; stty -a >after'
    waitfor '^a42b'
    hist | grep -q '^before'
    sane
    # the terminal was asked nothing
    not grep -aqE $'\e(\\[[0-9;>?]*[cn]|\\]|P|_|\\^)' raw
}

one_that_is_well() {
    start_shell
    line 'for i in 1 2 3 4 5; do echo line $i; done'
    waitfor '^line 5'
    cursor >was
    line 'clear; echo here; $SEQSH reset; stty -a >after; echo there'
    waitfor '^there'
    [ "$(screen | head -n 2)" = "$(printf 'here\nthere')" ]
    sane
}

# A program killed where nothing helps.
after_kill_9() {
    mkdir -p runs/a
    : >runs/a/config
    start_shell
    line '$SEQSH watch & fg'
    waitfor 'WAIT'
    kill -9 "$(running)"
    wait_until eval '[ -z "$(running)" ]'
    type_ '$SEQSH reset'
    keys C-j
    wait_until eval '[ "$(flags | cut -d" " -f1-3)" = "0 1 0" ]'
    line 'stty -a >after'
    sane
}

doctor_sees() {
    start "$SEQSH" doctor
    raw
    exits 0
    tty_clean
    hist | grep -qE '^ok +terminal +tmux-256color, 80x24'
    hist | grep -qE '^ok +colours +256'
    # the bars stand in one column
    [ "$(hist | grep '^  .*|$' | while read -r l; do
        printf '%s\n' "$l" | LC_ALL=C.UTF-8 wc -L; done | sort -u | wc -l)" = 1 ]
    [ "$(hist | grep -c '^  .*|$')" = 9 ]
    TERM_=no-such-terminal
    start "$SEQSH" doctor
    exits 1
    hist | grep -q '^BROKEN.*nothing is known about TERM=no-such-terminal'
}

scenario 'reset puts a broken terminal right' broken_terminal
scenario 'reset leaves one alone that is well' one_that_is_well
scenario 'reset after a kill -9' after_kill_9
scenario 'doctor sees what the terminal can do' doctor_sees
