# prompt_answer.sh - what answers look like at the prompt.

. "$(dirname "$0")/harness.sh"

prompt() { # ARGS: of seqsh
    start "$SEQSH" "$@"
    waitfor '^>$'
}

greets_briefly() {
    prompt
    sees '^arithmetic: .* weights$'
    sees 'Try 10\+12'
    sees '/help'
    [ "$(screen | grep -n '^>$' | cut -d: -f1)" -le 5 ]
}

answers_inline() {
    prompt
    line 10+12
    waitfor '^22 +p [.1][0-9]+  H [0-9.]+ bit  2 tok  [0-9.]+ ms$'
    [ "$(flags | cut -d' ' -f1)" = 0 ] # no alternate screen
    line '/probs off'
    line 1+2
    waitfor '^3$'
}

# Every state of the answer's row while it grows, one a line, without the figures.
states() {
    local now=
    until [[ $now == *' ms' ]]; do
        now=$(screen | grep '^1' || :)
        echo "${now%% *}"
        sleep .03
    done | uniq | grep .
}

comes_token_by_token() {
    prompt
    line '/pace 1000'
    waitfor 'pace 0 → 1000'
    line 99+1
    states >grown
    printf '%s\n' 1 10 100 | cmp - grown
}

reads_what_it_can() {
    prompt
    line ' 10 + 12 '
    waitfor '^22 '
    line abc
    waitfor "^cannot read 'abc'"
    line 1234567890123456789012345678901234567890+1
    waitfor 'has 40 digits'
    line ''
    waitfor 'the line is empty'
    line //1
    waitfor "cannot read '/1'"
}

same_seed_same_answer() {
    local i seed
    prompt
    line /sample
    line '/set temp 20'
    line '/probs off'
    for seed in 7 7 8 9 10 11 12 13 14 15; do
        line "/seed $seed"
        line 10+12
    done
    line /version
    waitfor core
    hist | grep -A 2 '^seed .* → ' | grep -v -e '^seed' -e '^>' -e '^--' >answers
    [ "$(wc -l <answers)" = 10 ]
    [ "$(head -n 2 answers | uniq | wc -l)" = 1 ]
    [ "$(sort -u answers | wc -l)" -gt 1 ]
}

says_the_random_seed() {
    prompt
    line /sample
    line '/set temp 5'
    line 10+12
    waitfor ' seed [0-9]+$'
    screen | grep -oE '^[0-9+ ]* +p .* seed [0-9]+$' >first
    line "/seed $(sed 's/.*seed //' first)"
    line /clear
    wait_gone '^arithmetic'
    line 10+12
    waitfor ' seed [0-9]+$'
    [ "$(sed 's/ *p .*//' first)" = "$(screen | grep ' seed ' | sed 's/ *p .*//')" ]
}

keeps_what_scrolled_away() {
    local i
    prompt
    for ((i = 10; i < 70; i++)); do
        line "$i+1"
    done
    waitfor '^70 '
    hist >all
    for ((i = 10; i < 70; i++)); do
        grep -qE "^$((i + 1)) +p" all
    done
}

shows_rivals() {
    prompt
    line '/probs num'
    line 10+12
    waitfor '^ +3  '
    screen >rivals
    grep -qE '^ +step +token +p +instead$' rivals
    grep -qE '^ +1  2 +(\.[0-9]{3}|1\.00)  [█░]{10}  ' rivals
    # no row adds up to more than 1
    grep -E '^ +[0-9]+  ' rivals | grep -oE '^.*' | while read -r row; do
        echo "$row" | grep -oE '(\.[0-9]{3}|1\.00)( |$|\))' | tr -d ' )' |
            awk '{ sum += $1 } END { if (sum > 1.001 || NR < 2) exit 1 }'
    done
}

marks_what_is_cut() {
    prompt
    line /sample
    line '/set top-k 1'
    line '/probs num'
    line 10+12
    waitfor 'in brackets: cut off'
    sees '^ +step +token +p  drawn +instead$'
    sees '^ +1  2 +[.1][0-9]+ +1\.00 .*\(. \.[0-9]{3}\)'
    line '/set temp 3'
    line /greedy
    line '/set temp 2'
    waitfor 'has its effect after /sample'
}

has_ascii_for_everything() {
    prompt
    line '/probs num'
    line 10+12
    waitfor '^ +3  '
    line 1é2
    waitfor '\\u00e9|\\303|\\xc3'
    line /set
    line /help
    waitfor 'Everything else is a question'
    hist >all
    ! LC_ALL=C grep '[^ -~]' all
    grep -qE '#{9}' all
    grep -qF 'probs on -> num' all
}

speaks_plainly() {
    prompt --plain
    line 10+12
    waitfor '^22$'
    sees '^probability [.1][0-9]+, entropy [0-9.]+ bit, 2 tokens, [0-9.]+ ms$'
    line '/probs num'
    line 10+12
    waitfor '^ +1  2 +[.1][0-9]+  '
    sees_not '[█░]'
}

has_colours() { # HOW MANY LINES ARGS...
    prompt "${@:2}"
    line 10+12
    waitfor '^22.*'
    waitfor '^>$'
    [ "$(screen_sgr | awk '/\033\[38;5;/ { n++ } END { print n + 0 }')" = "$1" ]
}

obeys_no_colour() {
    ENVX=(NO_COLOR=1)
    has_colours 0
    screen_sgr | grep -q "$(printf '\033')\[1m" # bold stays
}

dumb_terminal_gets_no_escapes() {
    prompt
    raw
    line '/probs num'
    line 10+12
    waitfor '^ +3  '
    type_ 99
    keys C-c
    waitfor '\^C'
    keys C-d
    exits 0
    tty_clean
    grep -q 22 raw
    ! grep -q "$(printf '\033')" raw
}

# A model that says escape sequences: title, clipboard, cursor home and erase.
is_not_taken_over() {
    local i
    for i in 1 2 3 4; do
        printf 'a\t\033]2;PWNED\007\033]52;c;cHduZWQ=\007\033[2J\302\233H\n'
    done >bad.tsv
    printf '%s\n' 'data = bad.tsv' 'length = free' 'arch = transfer' 'hidden = 32' \
        'lr = 0.02' 'epochs = 150' 'batch = 4' 'valid = 0' >bad.conf
    "$SEQSH" train bad.conf --no-ui --out bad >/dev/null
    prompt bad
    line '/probs num'
    line a
    waitfor '</s>'
    hist | grep -qF '␛]2;PWNED␇␛]52;c;cHduZWQ=␇␛[2J\u009bH'
    flags | grep -qv PWNED
    [ -z "$(clipboard)" ]
    screen_sgr >bytes
    ! LC_ALL=C grep "$(printf '\302\233')" bytes
}

changes_models() {
    cp "$SRCDIR/models/arithmetic.safetensors" mine.safetensors
    prompt
    line '/model nowhere'
    waitfor "no model 'nowhere'"
    line 10+12
    waitfor '^22 '
    line /model
    waitfor '^\* arithmetic'
    sees '^  mine'
    line '/model mine'
    waitfor '^mine: .* weights'
    line 1+2
    waitfor '^3 '
    line /info
    waitfor '^settings'
    hist | grep -qE '^Total params +[0-9,]+$'
}

scenario 'the greeting is short and says what to try' greets_briefly
scenario 'R1 an answer stands inline, with its figures' answers_inline
scenario 'R2 an answer comes token by token' comes_token_by_token
scenario 'what cannot be read gets a message' reads_what_it_can
scenario 'R3 the same seed draws the same answer' same_seed_same_answer
scenario 'a random seed is said and can be used again' says_the_random_seed
H=10 scenario 'R4 sixty answers stay in the scrollback' keeps_what_scrolled_away
scenario 'R20 /probs num shows tokens and rivals' shows_rivals
scenario '/probs num marks what top-k cuts' marks_what_is_cut
LOC=C scenario 'the C locale gets ASCII' has_ascii_for_everything
scenario '--plain uses words' speaks_plainly
scenario 'figures and hints are dimmed' has_colours 2
scenario '--color never has no colours' has_colours 0 --color never
scenario '--plain has no colours' has_colours 0 --plain
scenario 'NO_COLOR is obeyed' obeys_no_colour
TERM_=dumb scenario 'a dumb terminal gets no escapes' dumb_terminal_gets_no_escapes
scenario 'a hostile model changes nothing but its row' is_not_taken_over
scenario '/model opens another, or keeps the old' changes_models
