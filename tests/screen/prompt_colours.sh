# prompt_colours.sh - the prompt in all kinds of terminals and locales.

. "$(dirname "$0")/harness.sh"

esc=$(printf '\033')

asked() { # ARGS: of seqsh
    start "$SEQSH" --probs=num "$@"
    waitfor '^>$'
    raw
    line 10+12
    waitfor '^ +3  </s>|^ +2  2 '
    keys C-d
    exits 0
    tty_clean
    wait_until grep -aq ' tok ' raw
}

# The inks that the program wrote: RGB, one of 256, one of 16, of 8.
levels() {
    grep -aq "$esc\\[[0-9;]*38;2;" raw && echo rgb
    grep -aq "$esc\\[[0-9;]*38;5;" raw && echo 256
    grep -aqE "$esc\\[([014];)*9[0-7]m" raw && echo 16
    grep -aqE "$esc\\[([014];)*3[0-7]m" raw && echo 8
    return 0
}

writes() { # LEVEL ENVIRONMENT...
    ENVX=("${@:2}")
    asked
    levels >seen
    echo "$1" | grep . | diff - seen
}

never_colours() {
    asked "$@"
    [ -z "$(levels)" ]
}

fills_the_screen_with() { # PATTERN
    start "$SEQSH" --ui
    waitfor ' transcript '
    raw
    line 10+12
    waitfor 'step 1 of'
    keys C-d
    exits 0
    tty_clean
    grep -aqE "$1" raw
}

# One byte of Latin-1 is no UTF-8: it is said so, and nothing is mangled.
says_what_it_cannot_read() {
    start "$SEQSH"
    waitfor '^>$'
    t send-keys -t t -H e4 31
    keys Enter
    waitfor 'not UTF-8|cannot read'
    line 10+12
    waitfor '^22 '
    hist >all
    ! LC_ALL=C grep '[^ -~]' all
}

# A locale that the test makes itself, and a model that says letters of it, and others.
latin1_model() {
    [ -e /usr/share/i18n/charmaps/ISO-8859-1.gz ] && command -v localedef >/dev/null ||
        { echo 'localedef and its charmaps are missing' && exit 77; }
    mkdir locales
    localedef -f ISO-8859-1 -i en_US locales/en_US.ISO-8859-1
    ENVX=(LOCPATH="$D/locales")
    printf 'été\tété à Zürich\neuro\t€ 5 ½\n' >latin.tsv
    printf '%s\n' 'data = latin.tsv' 'length = free' 'spaces = yes' 'arch = attention' \
        'hidden = 32' 'lr = 0.02' 'epochs = 120' 'batch = 2' 'valid = 0' >latin.conf
    "$SEQSH" train latin.conf --no-ui --out latin >/dev/null
}

summer=$(printf '\351t\351 \340 Z\374rich') # in Latin-1

# What the terminal got has no UTF-8, and no byte that would be a control there.
raw_is_latin1() {
    ! LC_ALL=C grep -aq "$(printf '\303[\200-\277]')" raw
    ! LC_ALL=C grep -aq "$(printf '[\200-\237]')" raw
}

types_summer() { t send-keys -t t -H e9 74 e9; }

speaks_latin1() {
    latin1_model
    start "$SEQSH" latin
    waitfor '^>$'
    raw
    types_summer
    keys Enter
    wait_until eval 'LC_ALL=C grep -aqF "$summer" raw'
    line euro
    waitfor '^\\u20ac 5 ' # not in Latin-1
    wait_until eval "LC_ALL=C grep -aq '5 $(printf '\275')' raw"
    line '/history'
    wait_until eval 'LC_ALL=C grep -aq "1  $(printf "\351t\351")" raw'
    paste "$(printf 'a\302\233b')" # as UTF-8, the control is two letters here, one a control
    waitfor 'u009b'
    keys C-u
    type_ '/force 1 '
    t send-keys -t t -H c3 a9 # these two bytes are no letter of the vocabulary
    keys Enter
    waitfor 'cannot say'
    keys C-d
    exits 0
    tty_clean
    raw_is_latin1
    grep -qx 'été' "$D/home/.local/state/seqsh/history" # files are UTF-8
    start "$SEQSH" latin
    waitfor '^>$'
    raw
    keys Up Up Up Up
    keys C-r
    types_summer
    keys Enter Enter
    wait_until eval '[ "$(LC_ALL=C grep -acF "$summer" raw)" -ge 1 ]'
}

fills_in_latin1() {
    latin1_model
    start "$SEQSH" latin --ui
    waitfor ' transcript '
    raw
    types_summer
    wait_until eval 'LC_ALL=C grep -aq "$(printf "\351.*t\351")" raw'
    keys Enter
    wait_until eval 'LC_ALL=C grep -aqF "$(printf "Z\374rich")" raw'
    waitfor 'step 1 of'
    type_ '/mask '
    t send-keys -t t -H e9
    keys Tab C-u
    keys F6 Right y
    keys F2
    wait_until eval 'flags | grep -q "^0 "'
    keys C-d
    exits 0
    raw_is_latin1
}

pipes_latin1() {
    latin1_model
    local seqsh="env LOCPATH=$D/locales LC_ALL=en_US.ISO-8859-1 $SEQSH"
    printf '\351t\351\neuro\n' | $seqsh latin >answers
    printf '%s\n' "$summer" "$(printf '\\u20ac 5 \275')" | cmp - answers
    $seqsh latin -e "$(printf '\351t\351')" >answers
    echo "$summer" | cmp - answers
    echo été | "$SEQSH" latin | grep -qx 'été à Zürich'
}

speaks_for_ears() {
    ENVX=(ACCESSIBLE=1)
    start "$SEQSH"
    waitfor '^>$'
    raw
    line 10+12
    waitfor '^probability '
    line '/probs num'
    line 99+1
    waitfor '^ +3  0 '
    line /top
    line '/why 1'
    waitfor '^without'
    keys C-d
    exits 0
    ! grep -aqE "$esc\\[[0-9;]*[mHJ]" raw # no colour, no motion
    sees_not '[█░▁]'
}

slow_lines_get_few_pictures() {
    start "$SEQSH" --ui --slow --pace 60
    waitfor ' transcript '
    raw
    line 123+456
    waitfor '579 .* p '
    fast=$(wc -c <raw)
    [ "$fast" -lt 6000 ]
}

scenario '256 colours' writes 256
scenario 'all colours where it says so' writes rgb COLORTERM=truecolor
TERM_=xterm-16color scenario '16 colours' writes 16
TERM_=xterm scenario '8 colours' writes 8
TERM_=vt100 scenario 'no colours' writes ''
scenario 'NO_COLOR' writes '' NO_COLOR=1
scenario 'NO_COLOR wins over CLICOLOR_FORCE' writes '' NO_COLOR=1 CLICOLOR_FORCE=1
TERM_=vt100 scenario 'CLICOLOR_FORCE' writes 8 CLICOLOR_FORCE=1
scenario '--theme mono' never_colours --theme mono
scenario 'the full screen in 256 colours' fills_the_screen_with "$esc\\[[0-9;]*38;5;"
TERM_=xterm scenario 'in 8' fills_the_screen_with "$esc\\[[0-9;]*3[0-7]m"
TERM_=vt100 scenario 'in none' fills_the_screen_with "$esc\\[1?m|$esc\\[0?;?1m"
LOC=C scenario 'bytes that are no UTF-8 in the C locale' says_what_it_cannot_read
LOC=de_DE.ISO-8859-1 scenario 'a locale that is not there' says_what_it_cannot_read
LOC=en_US.ISO-8859-1 scenario 'a Latin-1 locale: typed and shown in its bytes' speaks_latin1
LOC=en_US.ISO-8859-1 scenario 'Latin-1 in the full screen' fills_in_latin1
LOC=en_US.ISO-8859-1 scenario 'Latin-1 in pipes' pipes_latin1
scenario 'ACCESSIBLE=1' speaks_for_ears
scenario '--slow' slow_lines_get_few_pictures
