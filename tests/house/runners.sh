# runners.sh - the tools that run the tests see what is wrong, and only that.

. "$(dirname "$0")/tree.sh"

dir=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-runners.XXXXXX")
trap 'rm -rf "$dir"; tap_end' EXIT
cd "$dir" || exit 1

# The case on stdin must pass (pass) or fail for the given reason.
cli_case() { # pass|REASON
    { echo '== case'; cat; } >case.test
    bash "$SRCDIR/tests/run-cli" case.test >out || :
    cat out
    if [ "$1" = pass ]; then
        grep -qx 'ok 1 - case' out
    else
        grep -qx 'not ok 1 - case' out
        grep -qF -- "$1" out
    fi
}

cli_sees() {
    printf '%s\n' '$ cat; echo e >&2; exit 3' '< a' '<' '< c' a ... c '! 3' '2> e' |
        cli_case pass
    printf '%s\n' '$ printf "x 1.5\n$ y\n\n"' '~ x [0-9.]{3}' '> $ y' '>' '2>' |
        cli_case pass
    printf '%s\n' '@ LC_ALL=C' '$ echo $LC_ALL' C '$ pwd; ls' ... | cli_case pass
    printf '%s\n' '$ echo a' b | cli_case 'stdout differs'
    printf '%s\n' '$ echo a; echo b' a | cli_case 'stdout differs'
    printf '%s\n' '$ echo a' a b | cli_case 'stdout differs'
    printf '%s\n' '$ echo a; echo b; echo c' a ... b | cli_case 'stdout differs'
    printf '%s\n' '$ printf a' a | cli_case 'stdout differs'
    printf '%s\n' '$ echo 1x' '~ [0-9]' | cli_case 'stdout differs'
    printf '%s\n' '$ false' '$ true' | cli_case 'exit status 1, expected 0'
    printf '%s\n' '$ true' '2> reason' | cli_case 'stderr lacks: reason'
    printf '%s\n' '$ echo e >&2' '2>' | cli_case 'stderr is not empty'
    printf '%s\n' 'no command' | cli_case 'outside of a command'
}

docs_run() {
    printf '%s\n' '```sh' '$ false' '```' >r.md
    printf '%s\n' '```console' '$ echo a \' '  b' 'a b' '```' >>r.md
    printf '%s\n' .EX 'text' .EE .EX '$ echo \-x' '\-x' .EE >m.1
    bash "$SRCDIR/tests/run-cli" r.md m.1 >out
    [ "$(grep -c '^ok' out)" = 2 ]
    sed -i 's/a b/a c/' r.md
    not bash "$SRCDIR/tests/run-cli" r.md
    : >empty.test
    not bash "$SRCDIR/tests/run-cli" empty.test
}

# The program on stdin, run by the driver: its results, as P, F, S, in order.
driver_counts() { # RESULTS
    cat >program
    sh "$SRCDIR/tests/driver" --test-name x --log-file x.log --trs-file x.trs \
        --color-tests no --expect-failure no --enable-hard-errors yes -- sh program
    [ "$(sed -n 's/^:test-result: \(.\).*/\1/p' x.trs | tr -d '\n')" = "$1" ]
}

driver_sees() {
    echo 'exit 0' | driver_counts P
    echo 'exit 77' | driver_counts S
    echo 'exit 2' | driver_counts F
    echo 'echo 1..3; echo ok a; echo not ok b; echo "ok c # SKIP d"; exit 1' |
        driver_counts PFS
    echo 'echo 1..2; echo ok a' | driver_counts PF
    echo 'echo 1..1' | driver_counts F
    echo 'echo ok a; exit 1' | driver_counts PF
    echo 'echo 1..1; kill -SEGV $$' | driver_counts F
    echo 'sleep 9' | TEST_SECONDS=.1 driver_counts F
}

screen_sees() {
    command -v tmux >/dev/null || { echo 'tmux is missing'; exit 77; }
    cat >screen.sh <<'EOF'
. "$SRCDIR/tests/screen/harness.sh"
clean() {
    start sh -c 'tput smcup; read x; tput rmcup; exit 4'
    line q
    exits 4
    tty_clean
}
alternate() { start tput smcup; exits 0; tty_clean; }
modes() { start stty -echo; exits 0; tty_clean; }
status() { start true; exits 1; }
absent() { WAIT=1; start true; waitfor 'no such text'; }
scenario clean clean
scenario alternate alternate
scenario modes modes
scenario status status
scenario absent absent
EOF
    bash screen.sh >out || :
    cat out
    [ "$(sed -n 's/ok .*/ok/p' out | tr '\n' ,)" = 'ok,not ok,not ok,not ok,not ok,' ]
}

check 'run-cli tells right from wrong' cli_sees
check 'run-cli runs what the documents show' docs_run
check 'the driver counts every test' driver_sees
check 'the tmux harness tells right from wrong' screen_sees
