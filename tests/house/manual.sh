# manual.sh - the manual has every command, option, setting and preset, and no other.

. "$(dirname "$0")/tree.sh"

dir=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-manual.XXXXXX")
trap 'rm -rf "$dir"; tap_end' EXIT
cd "$dir" || exit 1

"$SEQSH" help --all | tr '\t' '|' >all
# plain words, one macro a line: requests, fonts and escapes gone, sections kept
sed -E -e 's/\\-/-/g' -e 's/\\f.//g' -e 's/^\.(BR|BI|IR|RI|B|I) //' -e 's/"//g' \
    "$SRCDIR/man/seqsh.1" >plain

section() { # the text from the heading $1 to the next of its kind
    awk -v want="$1" '
        /^\.S[HS] / { name = $0; sub(/^\.S[HS] /, "", name)
                      inside = index(name " ", want " ") == 1 }
        inside' plain
}

# The entries of a text: what stands behind .TP or .TQ.
entries() { awk 'was ~ /^\.T[PQ]$/; { was = $0 }'; }

has_program() { # NAME ARGUMENTS
    grep -qF ".SS $1${2:+ $2}" plain
}

has_option() { # PROGRAM OPTION
    section "$1" | entries | grep -qE -- "(^| )$2([^a-z-]|\$)"
}

has_command() { # NAME
    section 'AT THE PROMPT' | entries | grep -qE -- "^$1( |\$)"
}

has_key() { # NAME
    section 'AT THE PROMPT' | entries | grep -qxF -- "$1"
}

has_setting() { # KEY DEFAULT
    entries <plain | grep -qxF -- "$1${2:+ = $2}"
}

every_row() {
    [ "$(grep -c . all)" -gt 50 ]
    local kind name arg rest program
    while IFS='|' read -r kind name arg rest; do
        case $kind in
        program) has_program "$name" "$arg" ;;
        option)
            program=${name% --*}
            case $name in
            --*) section COMMANDS | grep -qE -- "(^|[^-])$name" ;;
            *) has_option "$program" "--${name##* --}" ;;
            esac
            ;;
        command) has_command "$name" ;;
        knob) has_option repl "--$name" && section 'AT THE PROMPT' | grep -qw -- "$name" ;;
        directive) section ctl | entries | grep -qE -- "^$name( |\$)" ;;
        key) has_key "$name" ;;
        metric) section score | grep -qF -- "$name" ;;
        setting) has_setting "$name" "$arg" ;;
        *) false ;;
        esac || echo "$kind $name $arg: not in the manual"
    done <all | none
}

every_preset() {
    local preset
    for preset in "$SRCDIR"/models/presets/*.conf; do
        preset=${preset##*/}
        section train | grep -qwF -- "${preset%.conf}" || echo "preset $preset"
    done | none
}

# Entries of the manual that the program does not know.
nothing_else() {
    {
        awk '/^\.SH/ { inside = /SETTINGS/ } inside' plain | entries |
            while read -r key rest; do
                grep -q "^setting|$key|" all || echo "setting $key"
            done
        section 'AT THE PROMPT' | entries | grep -oE '^/[a-z]+' |
            while read -r command; do
                grep -q "^command|$command|" all || echo "command $command"
            done
        entries <plain | grep -oE -- '--[a-z][a-z0-9-]+' | sort -u |
            while read -r option; do
                grep -qE "^option\|([a-z]+ )?$option\|" all || echo "option $option"
            done
    } | none
}

formats_cleanly() {
    command -v groff >/dev/null || { echo 'groff is missing'; exit 77; }
    groff -man -ww -Tutf8 -rLL=90n "$SRCDIR/man/seqsh.1" 2>&1 >/dev/null | none
}

check 'every command, option and setting is in the manual' every_row
check 'every preset is in the manual' every_preset
check 'the manual knows nothing else' nothing_else
check 'the manual formats without a warning' formats_cleanly
