# link.sh - the engine needs no terminal library.

. "$(dirname "$0")/tree.sh"

engine_alone=$BUILDDIR/tests/house/engine_alone

links_alone() {
    [ "$("$engine_alone")" = 'the engine stands alone' ]
}

no_terminal_library() {
    ldd "$engine_alone" >libraries
    grep -q jansson libraries
    grep -E 'readline|ncurses|tinfo|curses' libraries | none
}

# OpenBLAS takes longer to load than many an answer: it comes when a product needs it.
openblas_comes_later() {
    ldd "$SEQSH" | grep openblas | none &&
        LD_DEBUG=libs "$SEQSH" help >/dev/null 2>loaded &&
        grep -q libc loaded && grep openblas loaded | none || return
    "$SEQSH" --version | grep -q kernels || return 0 # it computes all there is
    LD_DEBUG=libs "$SEQSH" -e 10+12 2>loaded | grep -qx 22 &&
        grep -q libc loaded && grep openblas loaded | none
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

export SEQSH_MODELS=$SRCDIR/models
check 'the engine links without a terminal' links_alone
check 'no terminal library comes with it' no_terminal_library
check 'the program has both' program_needs_them
check 'OpenBLAS comes later' openblas_comes_later
