# tour.sh - the tour of README.md, as a newcomer would type it, in a real terminal.
#
# Its ```screen blocks are one session, in one folder, in order. In a block, lines that begin
# with `$ ` are typed at the shell, lines with `> ` and no more blanks at seqsh's prompt, and
# what then stands on the screen has to be the block, but for fractions and times. What stands
# behind ```screen changes that; a block with keys is a picture of the whole screen:
#
#     F2 Right 'seqsh watch' Enter   keys to press, text to type, instead
#     until=REGEX                    before the screen is looked at, this is on it
#     seconds=N                      so long, if the picture is to be taken anew
#     words                          compare the words of frames and keys: the rest changes
#     varies                         compare only what is typed: answers are drawn by lot
#
# Where what is seen changes and is meant to: TOUR=write bash tests/screen/tour.sh takes all
# pictures anew, into README.md; then read it.

. "$(dirname "$0")/harness.sh"

readme=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}/README.md

last() { screen | grep . | tail -n 1; }
at_shell() { [ "$(last)" = '$' ]; }
at_prompt() { [ "$(last)" = '>' ]; }
alternate() { flags | grep -q '^1 '; }
waiting() { at_shell || at_prompt || alternate; }

open_session() {
    cat >"$D/rc.bash" <<'EOF'
PS1='$ '
EOF
    open_pane bash --noprofile --rcfile "$D/rc.bash" -i
    wait_until at_shell
}

# Whatever runs, back to the shell: Ctrl-D leaves the prompt and detaches from a run.
leave() {
    local i
    for i in 1 2 3; do
        at_shell && ! alternate && return
        keys C-d
        WAIT=3 wait_until at_shell && return
        keys q
    done
    at_shell
}

block_lines() { # FILE: those that are typed
    grep -E '^[$>] [^ ]' "$1"
}

type_lines() { # FILE
    local text
    if head -n 1 "$1" | grep -q '^\$ '; then
        leave
    fi
    keys C-l
    wait_until eval '[ "$(screen | grep -c .)" = 1 ]'
    t clear-history -t t
    while IFS= read -r text; do
        line "${text:2}"
        wait_until typed "$text"
        wait_until waiting
    done < <(block_lines "$1")
}

# The line stands on the screen, and its answer below.
typed() { # LINE
    hist | grep -qF -- "$1" && { alternate || [ "$(hist | grep . | tail -n 1)" != "$1" ]; }
}

press_keys() { # OPTIONS...
    local key
    for key; do
        case $key in
        until=* | seconds=* | words | varies) ;;
        'seqsh '*) leave && type_ "$key" ;;
        *) keys "$key" ;;
        esac
    done
}

option() { # NAME OPTIONS...: its value
    local name=$1 o
    shift
    for o; do
        case $o in
        "$name") echo yes ;;
        "$name="*) echo "${o#*=}" ;;
        esac
    done
}

# What is seen from the first line that was typed on, without the last prompt.
picture() { # BLOCK
    if alternate; then
        screen
    else
        hist | awk -v first="$(block_lines "$1" | head -n 1)" \
            'index($0, first) == 1 { on = 1 } on' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' | sed '$d'
    fi | sed 's/ *$//'
}

steady() {
    sed -E 's/[0-9]*\.[0-9]+(e-?[0-9]+)?|[0-9]+e-[0-9]+/#/g; s/(#|[0-9]+) ms/# ms/g
        s/(#|[0-9,]+) tokens\/s/# tokens\/s/g; s/ +/ /g; s/ $//'
}

# Of frames and of the keys at the foot: the rest comes and goes.
words() {
    { grep ─ "$1" && tail -n 2 "$1"; } | grep -oE '[[:alpha:]]{3,}…?' | grep -v … | sort -u
}

compare() { # BLOCK SEEN OPTIONS...
    local block=$1 seen=$2 text
    shift 2
    if [ "$(option words "$@")" ]; then
        comm -23 <(words "$block") <(words "$seen") | none
    elif [ "$(option varies "$@")" ]; then
        block_lines "$block" | while IFS= read -r text; do
            grep -qxF -- "$text" "$seen"
        done
        [ "$(wc -l <"$seen")" -ge "$(wc -l <"$block")" ]
    else
        diff <(steady <"$block") <(steady <"$seen")
    fi
}

none() { ! grep .; }

as_it_says() { # NUMBER OPTIONS...
    local n=$1
    shift
    picture "$D/block.$n" >"$D/seen.$n"
    compare "$D/block.$n" "$D/seen.$n" "$@" >"$D/diff" || [ "${TOUR:-}" = write ]
}

run_block() { # NUMBER OPTIONS...
    local n=$1 until
    shift
    if grep -qE '^[$>] [^ ]' "$D/block.$n" && [ -z "$(press_only "$@")" ]; then
        type_lines "$D/block.$n"
    else
        press_keys "$@"
    fi
    until=$(option until "$@")
    [ -z "$until" ] || waitfor "$until"
    [ "${TOUR:-}" != write ] || sleep "$(option seconds "$@" | grep . || echo 0.5)"
    wait_until as_it_says "$n" "$@" || { cat "$D/diff" && false; }
}

# Those of the options that are keys.
press_only() {
    local o
    for o; do
        case $o in
        until=* | seconds=* | words | varies) ;;
        *) echo "$o" ;;
        esac
    done
}

# Cuts README.md into block.1, block.2 ...; the options of each in options.1 ...
cut_blocks() {
    awk -v dir="$D" '
        /^```screen/ { n++; inside = 1; sub(/^```screen */, ""); print > (dir "/options." n)
                       printf "" > (dir "/block." n); next }
        /^```/ { inside = 0 }
        inside { print > (dir "/block." n) }' "$readme"
}

write_readme() {
    awk -v dir="$D" '
        /^```screen/ { n++; print; inside = 1
                       while ((getline row < (dir "/seen." n)) > 0) print row
                       next }
        /^```/ { inside = 0 }
        !inside { print }' "$readme" >"$D/README.md"
    cat "$D/README.md" >"$readme"
}

is_as_the_readme_says() {
    local n options
    cut_blocks
    open_session
    for ((n = 1; ; n++)); do
        [ -e "$D/block.$n" ] || break
        eval "options=($(cat "$D/options.$n"))"
        echo "block $n: ${options[*]}" >&2
        run_block "$n" "${options[@]}"
    done
    [ "$n" -gt 5 ]
    [ "${TOUR:-}" != write ] || write_readme
}

WAIT=${WAIT:-30} scenario 'the tour of README.md' is_as_the_readme_says
