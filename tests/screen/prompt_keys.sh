# prompt_keys.sh - typing at the prompt: history, pastes, completion, wide text.

. "$(dirname "$0")/harness.sh"

prompt() { # ARGS: of seqsh
    start "$SEQSH" "$@"
    waitfor '^>$'
}

history_file() { echo "$D/home/.local/state/seqsh/history"; }

keeps_history() {
    prompt
    line 10+12
    waitfor '^22 '
    keys C-d
    exits 0
    [ "$(stat -c %a "$(history_file)")" = 600 ]
    prompt
    keys Up
    waitfor '^> 10\+12$'
    keys Enter
    waitfor '^22 '
}

keeps_no_history() {
    prompt --no-history
    line 10+12
    line ' 1+2'
    waitfor '^3 '
    keys C-d
    exits 0
    [ ! -e "$(history_file)" ]
    prompt
    line ' 1+2' # a blank in front: not kept either
    line 10+12
    waitfor '^22 '
    [ "$(cat "$(history_file)")" = 10+12 ]
}

# A second server beside the harness's own.
u() { tmux -S "$D/socket2" -f "$D/tmux.conf" "$@"; }

shares_history() {
    local i
    prompt
    u new-session -d -s u -x 80 -y 24 -c "$D" "exec bash $D/exec.sh"
    wait_until eval 'u capture-pane -p | grep -q "^>$"'
    for ((i = 1; i <= 50; i++)); do
        t send-keys -t t "$i+0" Enter
        u send-keys "$i+1" Enter
    done
    waitfor '^50 '
    wait_until eval 'u capture-pane -p | grep -q "^51 "'
    u kill-server
    [ "$(grep -cE '^[0-9]+\+[01]$' "$(history_file)")" = 100 ]
    [ "$(sort -u "$(history_file)" | wc -l)" = 100 ]
}

writes_history_first() {
    prompt --pace 5000
    line 10+12
    waitfor '^2$'
    kill -9 "$(pid)"
    exits 137
    [ "$(cat "$(history_file)")" = 10+12 ]
}

searches_history() {
    prompt
    line 'été chaud'
    line 1+2
    waitfor '^3 '
    keys C-r
    waitfor 'reverse-i-search'
    type_ é
    waitfor "reverse-i-search.*été chaud"
    keys C-g
    wait_gone 'reverse-i-search'
    line 10+12
    waitfor '^22 '
    keys C-r
    type_ été
    keys C-c
    waitfor '\^C'
    line 2+2
    waitfor '^4 '
}

takes_a_paste_whole() {
    prompt
    paste $'1+1\n2+2'
    waitfor '2\+2$'
    sleep .2
    sees_not '^[24] '
    keys Enter
    waitfor '^2 '
    waitfor '^4 '
}

is_not_fooled_by_a_paste() {
    prompt
    paste $'a\e[201~/quit\n'
    waitfor 'a␛\[201~/quit'
    sleep .2
    [ ! -s "$D/rc" ]
    keys C-c
    line /pace\ 500
    line 10+12
    waitfor '^2$'
    paste $'b\e[201~/quit\n' # while it answers
    waitfor '^22 '
    waitfor 'b␛\[201~/quit'
    [ ! -s "$D/rc" ]
    keys C-c
    line '/pace 0'
    line 1+2
    waitfor '^3 '
}

completes() {
    prompt
    type_ /se
    keys Tab Tab
    waitfor '/seed +/set'
    keys C-u
    type_ '/set te'
    keys Tab
    waitfor '> /set temperature$'
    keys C-u
    type_ '/set decoder sa'
    keys Tab
    waitfor '> /set decoder sample$'
    keys C-u
    type_ '/set decoder=a'
    keys Tab
    waitfor '> /set decoder=argmax$'
    keys C-u
    type_ '/probs '
    keys Tab Tab
    waitfor 'num +off +on'
    keys C-u
    type_ '/model ar'
    keys Tab
    waitfor '> /model arithmetic$'
    keys C-u
    mkdir sub && touch sub/other.safetensors
    type_ '/model sub/o'
    keys Tab
    waitfor '> /model sub/other.safetensors$'
    keys C-u
    type_ '/quit fo'
    keys Tab
    type_ 'x'
    waitfor '> /quit fox$'
}

refuses_unknown_commands() {
    prompt
    line 10+12
    line '/set temp 2'
    line /clearly
    waitfor "unknown command '/clearly': did you mean '/clear'\?"
    sees '^22 ' # neither the screen
    line '/why 1' # nor what was said is gone
    waitfor "^token 1 '2'"
    line /s
    waitfor "command '/s' could be one of: .*set sample seed"
    line /quit\ now
    waitfor "too much: 'now'"
    line '/set temp 99999'
    waitfor "temperature cannot be '99999': a number from 0.01 to 100"
    line '/set temp x'
    waitfor "temperature cannot be 'x'"
    line '/set tempo 1'
    waitfor "unknown setting 'tempo'"
    line '/set temp'
    waitfor '^temperature +2 '
}

obeys_inputrc() {
    printf '%s\n' '$if seqsh' '"\C-t": "10+12"' '$endif' 'set enable-bracketed-paste off' \
        >"$D/home/.inputrc"
    prompt
    keys C-t Enter
    waitfor '^22 '
    paste $'1+2\n'
    waitfor '^3 '
}

# The column readline believes in is the one the terminal is in.
knows_widths() {
    prompt
    type_ '日本'
    waitfor '> 日本'
    [ "$(cursor)" = "6 $(screen | grep -n '> 日' | cut -d: -f1 | awk '{ print $1 - 1 }')" ]
    keys Left
    sleep .2
    [ "$(cursor | cut -d' ' -f1)" = 4 ]
    keys C-e C-u
    type_ "$(printf 'e\314\201😀')"
    waitfor '😀'
    [ "$(cursor | cut -d' ' -f1)" = 5 ]
    keys C-u
    line 10+12
    waitfor '^22 '
}

takes_long_lines() {
    local long
    printf -v long '%10000s' ''
    prompt
    paste "${long// /7}"
    waitfor 7777
    keys C-a
    type_ 1
    keys C-e BSpace Enter
    waitfor "operator is missing in '17777"
    line 10+12
    waitfor '^22 '
}

survives_bad_bytes() {
    prompt
    t send-keys -t t -H 31 c3 28
    keys Enter
    waitfor "cannot read|not UTF-8|operator '\('"
    line 10+12
    waitfor '^22 '
    t send-keys -t t -H 16 1b # Ctrl-V Escape: a control character in the question
    type_ ']2;t'
    keys Enter
    waitfor 'cannot read .␛\]2;t'
    flags | grep -qv ';t'
}

remembers_keys_typed_early() {
    prompt --pace 300
    line 10+12
    waitfor '^2$'
    line 1+2
    line 99+1
    waitfor '^22 '
    waitfor '^3 '
    waitfor '^100 '
    sees_not '^2[19]'
}

explains_itself() {
    prompt
    line /help
    waitfor 'Everything else is a question'
    sees '^  /model \[NAME\|FILE\]'
    line '/help keys'
    waitfor 'Ctrl-Z'
    line '/help temp'
    waitfor '^/set temperature T'
    line '/help hidden'
    waitfor '^hidden = 128'
    line '/help xyzzy'
    waitfor "no help about 'xyzzy'"
}

scenario 'R5 the history outlives the session, for its owner alone' keeps_history
scenario 'some lines are not kept' keeps_no_history
scenario 'R6 two sessions share a history' shares_history
scenario 'R7 a line is in the history before it is answered' writes_history_first
scenario 'R8 Ctrl-R finds what is no ASCII' searches_history
scenario 'R9 a paste of two lines waits for Enter' takes_a_paste_whole
scenario 'R10 a paste cannot end itself' is_not_fooled_by_a_paste
scenario 'R11 Tab completes commands, settings, values, models, files' completes
scenario 'R12 R13 unknown commands and values change nothing' refuses_unknown_commands
scenario 'inputrc is obeyed' obeys_inputrc
scenario 'R30 wide, combined and emoji characters have their columns' knows_widths
scenario 'R30 a line of 10,000 characters' takes_long_lines
scenario 'R31 bytes that are no text' survives_bad_bytes
scenario 'what is typed during an answer comes after it' remembers_keys_typed_early
scenario '/help explains' explains_itself
