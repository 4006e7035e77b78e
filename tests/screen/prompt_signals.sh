# prompt_signals.sh - Ctrl-C, Ctrl-D, Ctrl-Z and every way out of the prompt.

. "$(dirname "$0")/harness.sh"

prompt() { # ARGS: of seqsh
    start "$SEQSH" "$@"
    waitfor '^>$'
}

tty_of() { t display -p -t t '#{pane_tty}'; }

stops_an_answer() {
    prompt --pace 60000 # which it does not wait for
    line 99+1
    waitfor '^1$'
    keys C-c
    waitfor '^\^C stopped after 1 token$'
    line '/pace 0'
    line 10+12
    waitfor '^22 '
}

discards_a_line() {
    prompt
    type_ abc
    waitfor '^> abc$'
    keys C-c
    waitfor '^> abc\^C$'
    sees_not 'cannot read'
    keys C-c
    waitfor '^Ctrl-D or /quit to leave$'
    line 10+12
    waitfor '^22 '
}

# What is typed right after Ctrl-C is not discarded with the line before.
keeps_the_order() {
    local i
    prompt
    for ((i = 10; i < 25; i++)); do
        keys C-c
        line "$i+30"
        waitfor "^$((i + 30)) "
    done
}

takes_many_interrupts() {
    local i modes
    prompt
    modes=$(stty -g -F "$(tty_of)")
    for ((i = 0; i < 50; i++)); do
        keys C-c
    done
    line 10+12
    waitfor '^22 '
    waitfor '^>$'
    [ "$(stty -g -F "$(tty_of)")" = "$modes" ]
    keys C-d
    exits 0
    tty_clean
}

ends_input() {
    prompt
    type_ 110+12
    keys C-a C-d
    waitfor '^> 10\+12$'
    keys Enter
    waitfor '^22 '
    keys C-d
    exits 0
    tty_clean
}

ignores_end_while_answering() {
    prompt --pace 1000
    line 10+12
    waitfor '^2$'
    keys C-d C-d
    waitfor '^22 '
    line 1+2
    waitfor '^3'
    [ ! -s "$D/rc" ]
}

quits() {
    prompt
    line /q
    exits 0
    tty_clean
}

stops_and_goes_on() {
    start_shell
    line seqsh
    waitfor '^>$'
    type_ 12+
    waitfor '^> 12\+'
    keys C-z
    waitfor 'Stopped'
    line 'echo hi; stty -g | cmp - before && echo sane'
    waitfor '^hi'
    waitfor '^sane'
    line fg
    wait_until eval '[ "$(screen | grep . | tail -n 1)" = "> 12+" ]' # drawn anew, below
    type_ 5
    keys Enter
    waitfor '^17 '
    keys C-d
    waitfor '^sh\$ *$'
}

stops_while_answering() {
    start_shell
    line 'seqsh --pace 1000'
    waitfor '^>$'
    line 99+1
    waitfor '^1$'
    keys C-z
    waitfor 'Stopped'
    line 'stty -g | cmp - before && echo sane'
    waitfor '^sane'
    line fg
    waitfor '^0?0 +p'
    line /quit
    waitfor '^sh\$ *$'
}

stops_in_a_pipeline() {
    start_shell
    line 'seqsh | cat'
    waitfor '^>$'
    keys C-z
    waitfor 'Stopped'
    line 'echo hi'
    waitfor '^hi'
    line fg
    line 10+12
    waitfor '22$' # from cat: perhaps behind the next prompt
    keys C-d
    line 'echo done'
    waitfor '^done$'
}

state_of() { sed 's/.*) //; s/ .*//' "/proc/$1/stat"; }
is_in_state() { [ "$(state_of "$1")" = "$2" ]; }

# It stops itself, not its whole process group.
stops_alone() {
    local seqsh cat
    start_shell
    line 'seqsh | cat'
    waitfor '^>$'
    seqsh=$(running)
    cat=$(pgrep -g "$(ps -o pgid= -p "$seqsh" | tr -d ' ')" -x cat)
    kill -TSTP "$seqsh"
    wait_until is_in_state "$seqsh" T
    [ "$(state_of "$cat")" = S ]
    kill -CONT "$seqsh"
    line 10+12
    waitfor '22$'
}

# The terminal itself follows a little later.
resized() { # COLUMNS
    local columns=$1
    resize "$columns" 24
    wait_until eval '[ "$(stty size -F "$(tty_of)")" = "24 $columns" ]'
}

follows_the_width() {
    prompt
    type_ 10+1
    resized 120
    type_ 2
    keys Enter
    waitfor '^22 {60,}p .* ms$'
    resized 40
    line 1+2
    waitfor '^3 {5,}p .* ms$'
    resized 30
    line 1+3
    waitfor '^4$'
    waitfor '^p [.1]'
    line '/pace 1000'
    line 10+13
    waitfor '^2$'
    resized 100 # in the middle of an answer
    waitfor '^23 {50,}p .* ms$'
}

dies_clean() { # SIGNAL STATUS
    prompt
    type_ abc
    waitfor abc
    kill "-$1" "$(pid)"
    exits "$2"
    tty_clean
    prompt --pace 3000
    line 10+12
    waitfor '^2$'
    kill "-$1" "$(pid)"
    exits "$2"
    tty_clean
}

# Whatever it is doing; SEQSH_LONG=1 does so fifty times with each signal.
dies_clean_at_any_time() {
    local signal i
    for signal in TERM HUP QUIT ABRT SEGV; do
        for ((i = 0; i < ${SEQSH_LONG:+50}0 / 10 + 1; i++)); do
            prompt --pace 5
            line 999+999
            type_ 12
            sleep .0$((RANDOM % 10))
            killed_clean "$signal"
        done
    done
}

fails_clean() { # STATUS ARGS: of seqsh
    start "$SEQSH" "${@:2}"
    exits "$1"
    tty_clean
    hist | grep -q '^seqsh: '
}

# Before the terminal is touched, and after.
errors_leave_no_trace() {
    fails_clean 1 nowhere
    fails_clean 1 nowhere --ui
    fails_clean 2 --nonsense
    fails_clean 2 --theme pink --ui
    fails_clean 1 attach nowhere
    fails_clean 2 train nowhere
    echo nonsense >bad.safetensors
    fails_clean 1 bad --ui
    prompt
    line '/model bad'
    waitfor 'bad.safetensors'
    line '/load nowhere'
    waitfor "cannot open 'nowhere'"
    line /quit
    exits 0
    tty_clean
}

quits_on_the_key() {
    prompt
    keys 'C-\'
    exits 131
    tty_clean
}

ends_with_its_terminal() {
    local seqsh
    prompt
    seqsh=$(pid)
    t kill-server
    wait_until eval '! kill -0 $seqsh 2>/dev/null'
}

answers_only_on_stdout() {
    start sh -c 'seqsh --pace 100 >out'
    waitfor '^>$'
    line 10+12
    line /help
    line abc
    line 1+2
    waitfor '^p .* 1 tok'
    sees "^cannot read 'abc'"
    keys C-d
    exits 0
    tty_clean
    [ "$(cat out)" = $'22\n3' ]
}

ends_when_nobody_reads() {
    start sh -c 'seqsh | head -n 1'
    waitfor '^>$'
    line 1+2
    waitfor '3$'
    line 1+3
    exits 0
    tty_clean
    sees_not '[Pp]ipe'
}

asks_on_the_terminal() {
    start sh -c 'seqsh -e 10+12'
    exits 0
    [ "$(screen | head -n 1)" = 22 ]
    sees_not ' tok '
}

scenario 'R14 Ctrl-C stops an answer' stops_an_answer
scenario 'R15 Ctrl-C discards a line, then says how to leave' discards_a_line
scenario 'Ctrl-C and what is typed after it' keeps_the_order
scenario 'R16 fifty times Ctrl-C' takes_many_interrupts
scenario 'R17 Ctrl-D deletes, then leaves' ends_input
scenario 'Ctrl-D means nothing while an answer comes' ignores_end_while_answering
scenario '/quit may be shortened' quits
scenario 'R18 Ctrl-Z and fg keep a half-typed line' stops_and_goes_on
scenario 'Ctrl-Z and fg in the middle of an answer' stops_while_answering
scenario 'R19 Ctrl-Z in a pipeline' stops_in_a_pipeline
scenario 'R19 it stops itself alone' stops_alone
scenario 'figures follow the width' follows_the_width
scenario 'SIGTERM' dies_clean TERM 143
scenario 'SIGHUP' dies_clean HUP 129
scenario 'SIGSEGV' dies_clean SEGV 139
scenario 'any signal at any time' dies_clean_at_any_time
scenario 'Ctrl-\' quits_on_the_key
scenario 'errors leave the terminal as it was' errors_leave_no_trace
scenario 'the prompt ends with its terminal' ends_with_its_terminal
scenario 'R28 answers alone go to a file' answers_only_on_stdout
scenario 'R29 nobody reads' ends_when_nobody_reads
scenario '-e answers and leaves' asks_on_the_terminal
