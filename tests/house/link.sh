# link.sh - the engine needs no terminal library.

. "$(dirname "$0")/tree.sh"

engine_alone=$BUILDDIR/tests/house/engine_alone

links_alone() {
    [ "$("$engine_alone")" = 'the engine stands alone' ]
}

no_terminal_library() {
    ldd "$engine_alone" >libraries
    grep -q openblas libraries
    grep -E 'readline|ncurses|tinfo|curses' libraries | none
}

# The program itself does need them: the rule above sees such a library when it is there.
program_needs_them() {
    ldd "$SEQSH" >libraries
    grep -q readline libraries
    grep -q ncurses libraries
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-link.XXXXXX")
trap 'rm -rf "$dir"; tap_end' EXIT
cd "$dir" || exit 1

check 'the engine links without a terminal' links_alone
check 'no terminal library comes with it' no_terminal_library
check 'the program has both' program_needs_them
