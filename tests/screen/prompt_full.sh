# prompt_full.sh - the prompt as a full screen: panes, keys, sizes, and every way out of it.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-models.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT
"$SEQSH" train dialog6 --set arch=attention --no-ui --out "$models/talk" >/dev/null

ask='hello , is anybody there ?'

full() { # ARGS: of seqsh
    start "$SEQSH" "$@" --ui
    waitfor ' transcript '
    waitfor '^>$'
}

looked_into() { # ARGS: of seqsh
    full "$models/talk" "$@"
    line "$ask"
    waitfor 'step 1 of 9'
}

tty_of() { t display -p -t t '#{pane_tty}'; }
alternate() { flags | grep -q "^$1 "; }

goes_and_comes_back() {
    start "$SEQSH"
    waitfor '^>$'
    line 1+2
    waitfor '^3 '
    type_ 12+
    keys F2
    waitfor ' transcript '
    alternate 1
    sees '^│> 1\+2' # what was asked before
    waitfor '^> 12\+$'
    type_ 5
    keys Enter
    waitfor '^│17 .*  p '
    line /ui
    wait_until alternate 0
    waitfor '^17 .*  p ' # what was said in there
    sees '^> 12\+5$'
    hist | grep -qE '^3 .*  p '
    waitfor '^>$'
    line 1+1
    waitfor '^2 '
    keys F2
    waitfor ' transcript '
    keys C-d
    exits 0
    tty_clean
    hist | grep -qE '^17 .*  p '
}

shows_panes() {
    looked_into
    sees 'attention  source'
    sees '^│\[yes\] , i am here|^│ \[yes\] , i am here'
    sees 'why  .yes. \(step 1\)'
    sees '> 1\* yes +\.99'
    sees 'beam  argmax'
    sees "1 'yes' looks at 1 hello"
    sees 'coverage  hello'
    [ "$(flags | cut -d' ' -f2)" = 1 ] # the cursor is at the line
    [ "$(cursor)" = '2 22' ]
}

is_live() {
    full "$models/talk" --pace 400
    line "$ask"
    waitfor 'step 1 of 1 '
    waitfor 'step 2 of 2 '
    sees "'i?[a-z,]*' \(step 2\)|why  ',' \(step 2\)"
    waitfor 'step 3 of 3 '
    keys C-c
    waitfor '\^C stopped after [3-5] tokens'
    line "$ask"
    waitfor 'step 2 of 2 '
    keys Escape
    wait_until eval '[ "$(screen | grep -c "C stopped after")" = 2 ]'
    line '/pace 0'
    line "$ask"
    waitfor 'step 1 of 9'
}

obeys_keys() {
    looked_into
    keys F6 Right Right Right
    waitfor "why  'am' \(step 4\)"
    [ "$(flags | cut -d' ' -f2)" = 0 ] # no cursor: a pane has the focus
    keys Down Enter
    waitfor '> /alt 4 2'
    waitfor "forced at 4"
    type_ o
    waitfor '^│without|^┃without'
    type_ a
    keys Up
    type_ f
    waitfor '> /attend 3 1'
    type_ nn
    waitfor 'norm max'
    type_ ++
    waitfor 'from 0.10|fro'
    type_ x
    waitfor '> /mask 1'
    type_ e
    waitfor '^> /force 3$'
    type_ ','
    keys Enter
    waitfor "',' forced at 3"
    keys F6
    type_ '?'
    waitfor 'help: any key goes back'
    sees 'go on from this candidate'
    keys Escape
    wait_gone 'help: any key'
    keys F11
    wait_gone ' transcript '
    keys F11 C-c
    waitfor ' transcript '
    waitfor '^ F6 panes'
    line /branches
    waitfor 'current: E'
}

# F3 goes to chat and back, F4 through the layouts, wherever the focus is.
changes_mode_and_layout() {
    looked_into
    sees 'F3 chat  F4 layout$'
    type_ abc
    keys F3
    waitfor '^│> /mode chat'
    waitfor 'F3 own  F4 layout$'
    sees ' sample T=0.7 top-p 0.9'
    waitfor '^> abc$'
    keys F6 F3
    waitfor '^│> /mode own'
    waitfor 'F3 chat  F4 layout$'
    keys F4
    waitfor 'the transcript and one pane'
    sees '┏━ why '
    sees_not ' beam '
    type_ b
    waitfor '┏━ beam '
    sees_not ' why '
    keys Tab
    waitfor '┏━ state '
    keys Escape
    waitfor '┌─ state ' # it stays
    keys F4
    waitfor 'the transcript alone'
    sees_not ' state  '
    keys F6
    waitfor '┏━ why '
    sees_not ' transcript '
    keys F4
    waitfor 'all panes'
    waitfor ' beam '
    sees ' transcript '
}

# p_final as if tokens were drawn: flatter when it is hot; the answer stays.
changes_odds() {
    looked_into
    keys F6
    sees '^┃> 1\* yes +\.[0-9]+ +1\.000'
    sees 'unknown 0 of 6  '
    type_ ']]]]]]]]'
    waitfor 'T 5\.96  top-p 1'
    sees '^┃> 1\* yes +\.[0-9]+  +\.[0-9]+'
    type_ '{{{{{{{{{{'
    waitfor 'T 5\.96  top-p 0\.5'
    sees '- top-p'
    sees '^│yes , i am here'
    keys F2
    line '/set temp'
    waitfor '^temperature +5\.96'
}

# A button is pressed at a cell of the screen, counted from 1, and let go.
press() { # BUTTON X Y
    t send-keys -t t -l "$(printf '\033[<%d;%d;%dM\033[<%d;%d;%dm' "$@" "$@")"
}

obeys_the_mouse() {
    local x y
    looked_into
    [ "$(flags | cut -d' ' -f3)" = 0 ] # the terminal's own, at first
    keys F9
    waitfor 'the mouse is ours'
    [ "$(flags | cut -d' ' -f3)" = 1 ]
    press 0 3 17 # the first row of why is its head
    waitfor '^┏━ why'
    press 0 5 18
    waitfor '^┃> 2 '
    press 64 5 18
    waitfor '^┃> 1\*'
    y=$(screen | grep -n ' here  ' | head -n 1 | cut -d: -f1)
    press 0 62 "$y" # of the map
    waitfor "5 'here' looks at [2-4] "
    waitfor "why  'here' \(step 5\)"
    press 0 3 3
    waitfor '^┏━ transcript'
    type_ q # not for the line
    press 0 3 23
    waitfor '^┌─ transcript'
    type_ abc
    waitfor '^> abc$'
    press 2 30 10 # means nothing
    type_ d
    waitfor '^> abcd$'
    keys C-u
    line '/pipe tr a-z A-Z' # lends the terminal
    waitfor '^│YES'
    [ "$(flags | cut -d' ' -f3)" = 1 ]
    keys F9
    waitfor "the mouse is the terminal's"
    [ "$(flags | cut -d' ' -f3)" = 0 ]
    keys F9 F2
    wait_until alternate 0
    [ "$(flags | cut -d' ' -f3)" = 0 ]
    keys F2
    waitfor ' transcript '
    kill -SEGV "$(pid)"
    exits 139
    tty_clean
    start "$SEQSH" --ui --mouse
    waitfor ' transcript '
    [ "$(flags | cut -d' ' -f3)" = 1 ]
}

# The map of the attention pane has the levels of --json, too.
pane_equals_json() {
    looked_into
    "$SEQSH" "$models/talk" -e "$ask" --json | grep -oE '"attention":\[[^]]*\]' |
        sed 's/[^0-9.e,-]//g; s/^[^0-9]*//; s/,/ /g' | head -n 7 |
        awk '{ for (j = 1; j <= NF; j++)
            printf "%d%s", int($j * 4 + .5), j < NF ? " " : "\n" }' >wanted
    screen | sed -n '4,10p' | sed 's/^│[^│]*││.\{12\}//; s/│$//' |
        sed 's/░/1/g; s/▒/2/g; s/▓/3/g; s/█/4/g; s/ /0/g' |
        awk '{ for (j = 0; j < 6; j++) printf "%s%s", substr($0, 4 * j + 1, 1),
            j < 5 ? " " : "\n" }' >seen
    cmp wanted seen
    grep -q '[1-4]' seen
}

# Keys for readline go to readline: completion, search, history, Ctrl-A.
edits_the_line() {
    full
    line 1+2
    waitfor '^│3 '
    type_ /se
    keys Tab Tab
    waitfor '^│/seed +/set'
    keys C-u
    type_ '/set te'
    keys Tab
    waitfor '^> /set temperature$'
    keys C-u
    keys C-r
    waitfor 'reverse-i-search'
    type_ 1+
    waitfor "reverse-i-search.*1\+2"
    keys C-g
    wait_gone 'reverse-i-search'
    keys Up
    waitfor '^> 1\+2$'
    keys C-a
    type_ 1
    waitfor '^> 11\+2$'
    wait_until eval '[ "$(cursor)" = "3 22" ]'
    keys C-c
    waitfor '^>$'
    keys C-c
    waitfor 'Ctrl-D or /quit to leave'
}

# Readline takes what is typed ahead, but not the keys of the panes in it.
keeps_keys_apart() {
    full
    keys a b c F6
    waitfor '┏━ why '
    waitfor '^> abc$'
    keys Escape
    waitfor '^ F6 panes'
    keys d e f F1
    waitfor 'help: any key'
    keys Escape
    wait_gone 'help: any key'
    keys g h i F2
    wait_until alternate 0
    waitfor '^> abcdefghi$'
}

# Ctrl-R and a character of more than one byte: hangs an editor that is fed single bytes.
searches_wide() {
    full
    line 'été chaud'
    line 1+2
    waitfor '3 .* p '
    keys C-r
    type_ é
    waitfor "reverse-i-search.*été chaud"
    keys C-g
    line 10+12
    waitfor '22 .* p '
}

# A paste is one line, even where readline does not set up the terminal.
takes_a_paste_whole() {
    full
    paste $'1+1\n2+2'
    waitfor '^> 1\+1␊2\+2$'
    sleep .2
    sees_not '^│[24] '
    keys Enter
    waitfor '^│2 '
    waitfor '^│4 '
    keys F6
    paste 7+7
    waitfor '^> 7\+7$'
    paste $'a\e[201~/quit\n'
    waitfor 'a␛\[201~/quit'
    keys C-c
    line 1+2
    waitfor '^│3 '
}

follows_sizes() {
    local size
    looked_into
    for size in '40 12' '20 5' '10 3' '1 1' '200 50' '60 18' '80 24'; do
        resize $size
        wait_until eval "[ \"\$(stty size -F \$(tty_of))\" = '${size#* } ${size% *}' ]"
        case $size in
        '10 3') waitfor '^seqsh:' ;;
        '1 1') : ;;
        *) waitfor ' transcript ' ;;
        esac
    done
    waitfor 'beam  argmax'
    screen >resized
    keys C-l
    sleep .2
    screen | cmp - resized
    line 'good night !'
    waitfor '> good night !'
    keys F2
    wait_until alternate 0
    hist | grep -q '^> good night !'
}

survives_a_storm() {
    local i
    looked_into
    for ((i = 0; i < 60; i++)); do
        resize $((20 + i % 70)) $((5 + i % 30))
    done
    resize 80 24
    waitfor 'beam  argmax'
    line /version
    waitfor 'compiled by|seqsh [0-9]'
}

stops_and_goes_on() {
    start_shell
    line 'seqsh --ui'
    waitfor ' transcript '
    type_ 12+
    waitfor '^> 12\+'
    keys C-z
    waitfor 'Stopped'
    alternate 0
    line 'stty -g | cmp - before && echo sane'
    waitfor '^sane'
    resize 100 30
    line fg
    waitfor '^> 12\+$'
    alternate 1
    [ "$(screen | grep -c 'F2 inline$')" = 1 ]
    type_ 5
    keys Enter
    waitfor '^│17 '
    keys C-d
    waitfor '^sh\$ *$'
    alternate 0
}

dies_clean() { # SIGNAL STATUS
    full
    type_ abc
    waitfor '^> abc$'
    kill "-$1" "$(pid)"
    exits "$2"
    tty_clean
}

# Whatever it is doing; SEQSH_LONG=1 does so fifty times with each signal.
dies_clean_at_any_time() {
    local signal i
    for signal in TERM HUP QUIT ABRT SEGV; do
        for ((i = 0; i < ${SEQSH_LONG:+50}0 / 10 + 1; i++)); do
            full "$models/talk" --pace 5
            line "$ask"
            sleep .0$((RANDOM % 10))
            killed_clean "$signal"
        done
    done
}

quits_on_the_key() {
    full
    keys 'C-\'
    exits 131
    tty_clean
}

ends_with_its_terminal() {
    local seqsh
    full
    seqsh=$(pid)
    t kill-server
    wait_until eval '! kill -0 $seqsh 2>/dev/null'
}

lends_the_terminal() {
    printf '#!/bin/sh\nstty -a | grep -q " icanon" && echo 1+2 >"$1"\n' >ed
    chmod +x ed
    ENVX=(VISUAL="$D/ed")
    full
    line '/edit 1234'
    waitfor '^│3 '
    line '/pipe tr 0-9 a-z'
    waitfor '^│d'
    alternate 1
}

says_why_not() { # REASON ARGS
    start "$SEQSH" "${@:2}"
    waitfor '^>$'
    type_ 1
    keys F2
    waitfor "$1"
    waitfor '^> 1$'
    keys C-u
    line /ui
    wait_until eval "[ \$(screen | grep -cE '$1') = 2 ]"
    alternate 0
}

has_ascii_for_everything() {
    looked_into --attn --entropy
    line '/beam 3'
    line "$ask"
    keys F6
    type_ oabwy
    waitfor '\+=.* why '
    raw
    keys F1
    waitfor 'help: any key'
    keys Escape F2
    wait_until alternate 0
    hist >all
    ! LC_ALL=C grep '[^ -~]' all
    ! LC_ALL=C grep -a "$(printf '[\200-\377]')" raw
}

# Answers that are escape sequences are shown, in the transcript, the panes, the line.
is_not_taken_over() {
    local i
    for i in 1 2 3 4; do
        printf 'a\t\033]2;PWNED\007\033]52;c;cHduZWQ=\007\033[2J\302\233H\n'
    done >bad.tsv
    printf '%s\n' 'data = bad.tsv' 'length = free' 'arch = attention' 'hidden = 32' \
        'lr = 0.02' 'epochs = 150' 'batch = 4' 'valid = 0' >bad.conf
    "$SEQSH" train bad.conf --no-ui --out bad >/dev/null
    full bad
    line a
    waitfor '␛\]2;PWNED␇'
    keys F6 Right Right
    waitfor 'step 3 of'
    flags | grep -qv PWNED
    [ -z "$(clipboard)" ]
    [ "$(screen | grep -cE '[│┃┐┘┓┛]$')" = 21 ] # every row of the panes ends in its frame
    screen_sgr >bytes
    ! LC_ALL=C grep "$(printf '\302\233')" bytes
    keys F2
    wait_until alternate 0
    hist | grep -qF '␛]2;PWNED␇'
    flags | grep -qv PWNED
}

# Frames stay aligned beside wide characters, marks and emoji.
keeps_columns() {
    full
    line "日本 $(printf 'e\314\201') 😀 👨‍👩‍👧 ｆ"
    waitfor 'cannot read'
    type_ '日本😀'
    waitfor '^> 日本😀'
    wait_until eval '[ "$(cursor)" = "8 22" ]'
    screen | sed -n 2,5p >rows
    while read -r row; do
        [[ $row == *[│┐] ]]
    done <rows
}

# A model that says wide characters, marks, and emoji of several parts: in every pane each row
# ends in the frame's last column, and that is the last of the screen.
keeps_columns_in_panes() {
    local question
    printf '%s\t%s\n' a '日本語テキスト' b "e$(printf '\314\201')a$(printf '\314\210\314\243')" \
        c '😀👍🏽👨‍👩‍👧🏳️‍🌈' d 'ｆｕｌｌ กำ' e 'नमस्ते' f '한국어' g 'שלום مرحبا' >wide.tsv
    printf '%s\n' 'data = wide.tsv' 'length = free' 'arch = attention' 'hidden = 48' \
        'lr = 0.02' 'epochs = 150' 'batch = 7' 'valid = 0' >wide.conf
    "$SEQSH" train wide.conf --no-ui --out wide >/dev/null
    full wide
    line '/beam 3'
    for question in a b c d e f g; do
        line "$question"
        waitfor "^│> $question .*"
        waitfor 'step 1 of [0-9]+'
        wait_until frames_are_whole
        keys F6 Right Right Down
        waitfor '^ Esc line'
        wait_until frames_are_whole
        keys a
        wait_until frames_are_whole
        keys Escape
        waitfor '^ F6 panes'
        line /clear
        wait_gone "^│> $question "
    done
}

frames_are_whole() {
    local row width=$W last=$((H - 2))
    ((H >= 40 && W >= 140)) && last=$((H - 3))
    while IFS= read -r row; do
        [[ $row == *[│┃┐┘┓┛] ]] && [ "$(wc -L <<<"$row")" = "$width" ] || return 1
    done < <(screen | sed -n "2,${last}p")
}

scenario 'R32 F2 and /ui: there and back' goes_and_comes_back
scenario 'panes look into the answer' shows_panes
scenario 'panes follow an answer while it is decoded' is_live
W=100 H=36 scenario 'keys of the panes' obeys_keys
W=150 H=36 scenario 'F3 and F4: mode and layout' changes_mode_and_layout
W=100 H=36 scenario 'other odds' changes_odds
scenario 'the mouse, when it is wanted' obeys_the_mouse
scenario 'R24 the map of the pane has the numbers of --json' pane_equals_json
scenario 'keys of the line' edits_the_line
scenario 'keys typed ahead' keeps_keys_apart
scenario 'Ctrl-R finds what is no ASCII' searches_wide
scenario 'a paste of two lines waits for Enter' takes_a_paste_whole
scenario 'any size' follows_sizes
scenario 'sixty sizes at once' survives_a_storm
scenario 'Ctrl-Z and fg, with another size' stops_and_goes_on
scenario 'SIGTERM' dies_clean TERM 143
scenario 'SIGHUP' dies_clean HUP 129
scenario 'SIGSEGV' dies_clean SEGV 139
scenario 'any signal at any time' dies_clean_at_any_time
scenario 'Ctrl-\' quits_on_the_key
scenario 'the full screen ends with its terminal' ends_with_its_terminal
scenario '/edit and /pipe' lends_the_terminal
scenario '--plain has no full screen' says_why_not 'says nothing to a screen reader' --plain
TERM_=dumb scenario 'a dumb terminal has none' says_why_not 'cannot show a full screen'
LOC=C scenario 'the C locale gets ASCII' has_ascii_for_everything
scenario 'a hostile model changes nothing but its panes' is_not_taken_over
scenario 'wide characters keep the frames' keeps_columns
scenario 'wide characters, marks, emoji in every pane' keeps_columns_in_panes
W=160 H=50 scenario 'the same at 160x50' keeps_columns_in_panes
