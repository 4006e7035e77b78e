# bytes.sh - every byte that goes out: no terminal is ever asked anything, a pipe gets no
# escape, and the C locale nothing outside of ASCII.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-models.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT
"$SEQSH" train dialog6 --set arch=attention --no-ui --out "$models/talk" >/dev/null

ask='hello , is anybody there ?'

# Some of everything there is to be seen.
use_the_prompt() {
    start_raw "$SEQSH" "$models/talk" --no-history --attn --entropy --timing --probs=num
    waitfor '^>$'
    line "$ask"
    waitfor ' </s> '
    line '/why 2'
    waitfor '^without'
    line '/alt 2 2'
    waitfor '^  B  '
    type_ /se
    keys Tab Tab
    waitfor '/seed +/set'
    keys C-u
    if [ "$1" = full ]; then
        keys F2
        waitfor ' transcript '
        line "$ask"
        waitfor ' of 9'
        keys F6 o F9 F1
        waitfor 'help: any key'
        keys Escape F11 F11 F9 F2
        wait_until eval 'flags | grep -q "^0 "'
    fi
    keys C-d
    exits 0
    tty_clean
}

# In a terminal of this kind.
is_asked_nothing() { # HOW
    TERM_=$1
    use_the_prompt "$2"
    asks_nothing
    start_raw "$SEQSH" doctor
    wait_until test -s rc
    asks_nothing
    start_raw "$SEQSH" reset
    wait_until test -s rc
    asks_nothing
    start_raw "$SEQSH" train dialog6 --no-ui --out "run$RANDOM"
    exits 0
    asks_nothing
    [ "$2" = full ] || return 0
    start_raw "$SEQSH" attach "$models/talk"
    waitfor 'loss'
    keys F9 '?'
    waitfor 'Ctrl-L'
    keys Escape T l q
    asks_nothing
    start_raw "$SEQSH" watch "$models"
    waitfor 'talk'
    keys F9 '?'
    waitfor 'Ctrl-L'
    keys Escape Space q
    asks_nothing
}

gets_ascii() {
    is_asked_nothing tmux-256color full
    not grep -aq "$(printf '[\200-\377]')" raw
}

# Each command, with a terminal that could have colours, into pipes.
commands() {
    cat <<EOF
-e '$ask'
--color always --probs num --attn --entropy -e '$ask'
--json -e '$ask'
--version
--help
help --all
help train
inspect
eval
eval --json
doctor
reset
corpus inspect $SRCDIR/models/presets/dialog6.txt
corpus stats $SRCDIR/models/presets/dialog6.txt
score --reference $SRCDIR/models/presets/dialog6.txt $SRCDIR/models/presets/dialog6.txt
runs $models
get $models/talk loss
attach --once $models/talk
watch --once $models
export $models/talk --to csv
ctl $models/talk status
nonsense
--nonsense
EOF
}

pipes_get_none() {
    local args bytes
    while read -r args; do
        case $args in
        inspect | eval*) args="$args $models/talk" ;;
        esac
        bytes=$(echo "$ask" | eval TERM=xterm-256color "$SEQSH" $args 2>&1 || :)
        [ -n "$bytes" ] || [[ $args = reset* ]] || echo "seqsh $args says nothing"
        [[ $bytes != *"$esc"* ]] || echo "seqsh $args: an escape"
        [[ $bytes != *$'\r'* ]] || echo "seqsh $args: a carriage return"
    done < <(commands) >found
    cat found
    [ ! -s found ]
    "$SEQSH" train dialog6 --no-ui --out again 2>&1 | not grep -aq "$esc"
}

H=60
for term in tmux-256color xterm-256color xterm screen rxvt vt100 linux; do
    scenario "$term is asked nothing" is_asked_nothing $term full
done
scenario 'dumb is asked nothing' is_asked_nothing dumb inline
LOC=C scenario 'the C locale gets ASCII from everything' gets_ascii
scenario 'pipes get no escape' pipes_get_none
