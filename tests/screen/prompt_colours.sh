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
LOC=de_DE.ISO-8859-1 scenario 'a Latin-1 locale' says_what_it_cannot_read
scenario 'ACCESSIBLE=1' speaks_for_ears
scenario '--slow' slow_lines_get_few_pictures
