# tap.sh - results of a shell test as `ok` and `not ok` lines.
#
#     . "$(dirname "$0")/../tap.sh"
#     no_tabs() { not grep -n "$(printf '\t')" "$SRCDIR"/src/*/*.c; }
#     check 'sources have no tabs' no_tabs
#
# check runs the function in a subshell under `set -e`: each line of it is an
# assertion, `not COMMAND` for the opposite. What it prints is shown, as `# ` lines,
# only when it fails. An exit status of 77 means skipped; its last line says why.
#
# A sourcing file sees $SRCDIR, $BUILDDIR and $SEQSH, set by `make check` or, by
# hand, guessed from where the file lies. The locale is C.UTF-8.

TAP_HERE=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
: "${SRCDIR:=$TAP_HERE}" "${BUILDDIR:=$SRCDIR}"
: "${SEQSH:=$BUILDDIR/seqsh}"
SEQSH_MODELS=$SRCDIR/models
LC_ALL=C.UTF-8
export SRCDIR BUILDDIR SEQSH SEQSH_MODELS LC_ALL

tap_n=0
tap_failed=0
tap_out=$(mktemp "${TMPDIR:-/tmp}/seqsh-tap.XXXXXX")

# result STATUS NAME: one line, with what $tap_out holds when it failed.
result() {
    tap_n=$((tap_n + 1))
    case $1 in
    0) echo "ok $tap_n - $2" ;;
    77) echo "ok $tap_n - $2 # SKIP $(tail -n 1 "$tap_out")" ;;
    *)
        echo "not ok $tap_n - $2"
        sed 's/^/# /' "$tap_out"
        tap_failed=$((tap_failed + 1))
        ;;
    esac
    : >"$tap_out"
}

# tap_where LINE COMMAND: what failed, and the line of the test it belongs to.
tap_where() {
    local i at=$1
    for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
        [ "${BASH_SOURCE[i]}" = "$0" ] && break
        at=${BASH_LINENO[i]}
    done
    echo "${0##*/}:$at: $2"
    trap - ERR
}

# bash's set -e does not mind a failing `! command`: write `not command`.
not() { ! "$@"; }

# A function must not stand in a condition here, or bash ignores its set -e.
check() {
    local name=$1 status
    shift
    (
        set -eE
        trap 'tap_where "$LINENO" "$BASH_COMMAND"' ERR
        "$@"
    ) >"$tap_out" 2>&1
    status=$?
    result $status "$name"
}

# Kills every process with SEQSH_TEST=MARK in its environment.
kill_marked() { # MARK
    local p
    for p in $(grep -lzxF "SEQSH_TEST=$1" /proc/[0-9]*/environ 2>/dev/null); do
        p=${p#/proc/}
        kill -9 "${p%/environ}" 2>/dev/null
    done
}

tap_end() {
    rm -f "$tap_out"
    echo "1..$tap_n"
    [ $tap_failed = 0 ] || exit 1
}
trap tap_end EXIT
