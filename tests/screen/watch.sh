# watch.sh - the watcher in a real terminal: runs of this machine, whose trainers are
# played (fake_trainer.sh), and of "others", which an ssh of our own reaches.

. "$(dirname "$0")/harness.sh"

trainer() { # NAME TICK [FIRST]
    SEQSH_TEST=$D setsid bash "$SRCDIR/tests/screen/fake_trainer.sh" "$@" \
        </dev/null >/dev/null 2>&1 9>&- &
    trainer=$!
    wait_until grep -qs '"state":"\(running\|done\)"' "$1/status"
}
frame() { LC_ALL=$LOC COLUMNS=$1 LINES=$2 "$SEQSH" watch --once "${@:3}"; }
same_as_frame() { [ "$(screen)" = "$(frame "$@")" ]; }

# "ssh HOST COMMAND" runs COMMAND in ./HOST; a file HOST/down breaks the line
fake_ssh() {
    mkdir -p bin
    cat >bin/ssh <<'END'
#!/bin/bash
echo "$*" >>"$SEQSH_TEST/calls"
while [ "$1" != -- ]; do shift; done
cd "$SEQSH_TEST/$2" || exit 255
[ ! -e down ] || { echo "ssh: connect to host $2: No route to host" >&2; exit 255; }
echo $$ >pid
[ -e far ] || exec sh -c "$3"
sh -c "$3" | while IFS= read -r line; do
    [ "$line" != '{"beat":true}' ] || sleep .3
    printf '%s\n' "$line"
done
END
    chmod +x bin/ssh
    export PATH="$D/bin:$PATH"
    ENVX+=("PATH=$D/bin:${SEQSH%/*}:$PATH")
}

# a run that is over, in each of the states
still() { # NAME STATE
    mkdir -p "runs/$1"
    cp "$SRCDIR"/tests/screen/fixture/add3-0907/{events.jsonl,config} "runs/$1/"
    sed "s/\"running\"/\"$2\"/" "$SRCDIR/tests/screen/fixture/add3-0907/status" \
        >"runs/$1/status"
}

shows_states() {
    trainer runs/live 0.1 100
    still crash failed
    still over "done"
    still gone running
    still held stopped
    start "$SEQSH" watch
    waitfor 'live +RUN '
    sees 'crash +CRASHED'
    sees 'over +DONE .* done '
    sees 'gone +LOST '
    sees 'held +STOPPED'
    sees '1 live  1 done  1 lost  1 crashed  1 other'
    [ "$(flags | cut -d' ' -f1-3)" = "1 0 0" ]
    kill -9 "$trainer"
    waitfor 'live +LOST'
    sees '1 done  2 lost'
    mkdir runs/new
    : >runs/new/config
    waitfor 'new +WAIT'
    rm -r runs/new
    wait_gone 'new +WAIT'
    keys q
    exits 0
    tty_clean
}

keys_do() {
    still a "done"
    still b "done"
    sed -i 's/hidden = 128/hidden = 256/' runs/b/config
    start "$SEQSH" watch
    waitfor '> +a +DONE'
    keys Space Down
    waitfor '> +b +DONE'
    sees '^│  1 a'
    keys Space
    waitfor '^│> 2 b'
    sees 'config diff'
    sees 'hidden +128 +256'
    sees 'keys equal'
    sees_not 'cell +lstm'
    sees 'overlay 2'
    keys d
    waitfor 'data +arit'
    keys d m
    waitfor 'valid-acc'
    keys Tab
    waitfor 'same probe, each run'
    sees '535\+61 +☑ 596 +☑ 596'
    keys Tab
    waitfor '─ events ─'
    keys Tab o
    waitfor 'sort:run '
    keys O
    waitfor 'sort:run reversed'
    keys u Home
    wait_gone '1 a'
    type_ /
    waitfor 'filter: _'
    type_ 'hidden=256'
    waitfor 'filter: hidden=256 .*1 of 2'
    sees_not ' a +DONE'
    keys Enter
    wait_gone 'filter: hidden=256_'
    type_ '/ nothing<'
    waitfor "lacks something after|no run has a"
    keys C-u
    type_ 'zzz'
    waitfor 'no run fits'
    keys Escape
    waitfor ' a +DONE'
    type_ '?'
    waitfor 'help: any key goes back'
    keys x c
    waitfor 'there is nobody to tell'
    keys Enter
    waitfor 'done; seqsh runs/. opens it'
    keys q
    waitfor ' a +DONE'
    keys C-c
    exits 0
    tty_clean
}

# Axes, zoom, cursor, table, CSV of curves; pins, notes and tags of runs.
curves_and_marks() {
    still a "done"
    still b "done"
    still c failed
    start "$SEQSH" watch
    waitfor '> +a +DONE'
    keys Space Down Space
    waitfor 'valid-loss log-y x=step'
    keys x
    waitfor 'x=time'
    sees '00:00:[0-9]{2} '
    keys x
    waitfor 'x=tokens'
    keys x X
    waitfor 'log-x x=step'
    keys X z
    waitfor 'zoom x=step'
    keys 0 Left
    waitfor '^ valid-loss at [0-9,]+: +1 [0-9.]+ +2 [0-9.]+'
    local value
    value=$(screen | sed -n 's/^ valid-loss at [0-9,]*: *1 \([0-9.]*\) .*/\1/p')
    sed -n 's/.*"ev":"eval".*"loss":\([0-9.]*\),.*/\1/p' runs/a/events.jsonl |
        xargs printf '%.4f\n' | grep -qx "$value"
    keys Escape T
    waitfor '│ +step +1 a +2 b'
    sees "$value +$value"
    keys w
    waitfor 'wrote watch-valid-loss.csv: 20 rows of 2 runs'
    head -1 watch-valid-loss.csv | grep -qx 'step,a,b'
    [ "$(wc -l <watch-valid-loss.csv)" = 21 ]
    keys y
    waitfor 'wrote watch-valid-loss.txt'
    grep -qE "$value +$value" watch-valid-loss.txt
    keys T End p Home
    waitfor '^│>\^ +c +CRASHED'
    type_ /done
    keys C-u
    type_ 'state:done'
    keys Enter
    waitfor 'filter: state:done'
    sees ' c +CRASHED' # pinned
    keys Down g
    waitfor 'tags for [ab] '
    type_ 'gööd'
    keys Enter
    waitfor 'tags: gööd'
    grep -qx 'gööd' runs/*/tags
    keys n
    type_ 'worth a look'
    keys Enter
    waitfor noted
    grep -q '"ev":"note".*worth a look' runs/*/events.jsonl
    keys A
    waitfor 'folder, or HOST:DIR'
    type_ nowhere
    keys Enter
    waitfor "there is no folder 'nowhere'"
    keys q
    exits 0
    tty_clean
}

deletes() {
    still a "done"
    still b "done"
    : >runs/a/last.safetensors
    start "$SEQSH" watch
    waitfor '> +a +DONE'
    keys D
    waitfor 'delete runs/a, with its models, for good\? y/n'
    keys x
    waitfor 'not deleted'
    [ -e runs/a/config ]
    keys D y
    waitfor '> +b +DONE'
    sees_not ' a +DONE'
    [ "$(ls runs)" = b ]
    keys q
    exits 0
}

other_machines() {
    fake_ssh
    mkdir gpu1 lab3
    trainer gpu1/work/nmt 0.1 100
    still here "done"
    (cd lab3 && still chat running)
    touch lab3/down
    start "$SEQSH" watch runs gpu1:work lab3:
    waitfor 'gpu1:nmt +RUN'
    sees 'here +DONE'
    waitfor 'ssh lab3 down 00:00:0.*No route'
    grep -q -- "-o BatchMode=yes .* -- gpu1 exec seqsh export --follow --to watch 'work'" calls
    rm lab3/down
    keys r
    waitfor 'lab3:chat +LOST'
    wait_gone 'ssh lab3 down'
    # the curve goes on
    keys End Up Up Home
    local step
    step=$(screen | sed -n 's/.*gpu1:nmt *RUN *\([0-9.k]*\)\/.*/\1/p')
    wait_until eval "! screen | grep -q 'gpu1:nmt *RUN *$step/'"
    # the line breaks: its runs are lost until it is back
    touch gpu1/down
    kill "$(cat gpu1/pid)"
    waitfor 'gpu1:nmt +LOST'
    sees 'ssh gpu1 down'
    rm gpu1/down
    keys r
    waitfor 'gpu1:nmt +RUN'
    kill "$trainer"
    waitfor 'gpu1:nmt +STOPPED'
    local line
    line=$(cat gpu1/pid)
    keys q
    exits 0
    tty_clean
    wait_until eval "! kill -0 $line 2>/dev/null"
}

# How long the way is to another machine, and back.
far_machines() {
    fake_ssh
    mkdir gpu1 lab3
    (cd gpu1 && still nmt running)
    (cd lab3 && still chat running)
    touch lab3/far
    W=110
    start "$SEQSH" watch gpu1: lab3:
    waitfor 'ssh gpu1 [0-9.]+ KiB/s  rtt [0-9.]+ ms'
    waitfor 'ssh lab3 [0-9.]+ KiB/s  rtt [0-9.]+ ms'
    [ "$(screen | sed -n 's/.*ssh lab3 .* rtt \([0-9]*\) ms.*/\1/p')" -ge 300 ]
    keys q
    exits 0
    tty_clean
}

# The work tree where a run was started, as it was then.
revisions() {
    command -v git >/dev/null || { echo 'git is missing'; exit 77; }
    local small=(keras-add2 --set hidden=4 --set examples=100 --set epochs=1 --no-ui)
    "$SEQSH" train "${small[@]}" --out runs/c
    HOME=$D/home git init -q .
    echo a >tracked
    HOME=$D/home git add tracked
    HOME=$D/home git -c user.name=a -c user.email=a@b.c commit -qm first
    "$SEQSH" train "${small[@]}" --out runs/a
    echo b >tracked
    "$SEQSH" train "${small[@]}" --out runs/b
    local head
    head=$(HOME=$D/home git describe --always)
    not grep -q '"git"' runs/c/events.jsonl
    W=200 H=50
    start "$SEQSH" watch
    waitfor '>   a .*DONE'
    keys Space Down Space Down Space
    waitfor "git +$head +$head \(dirty\) +- "
    keys q
    exits 0
    "$SEQSH" runs --filter "git:$head" --csv | cut -d, -f1 | xargs | grep -qx 'run a b'
    "$SEQSH" runs --filter git:dirty --csv | cut -d, -f1 | xargs | grep -qx 'run b'
}

any_size() {
    ENVX=(NO_COLOR=1)
    still a "done"
    still b failed
    start "$SEQSH" watch
    waitfor ' a +DONE'
    local size
    for size in '200 50' '80 24' '40 12' '20 5' '132 40' '80 24'; do
        resize $size
        wait_until same_as_frame $size
    done
    resize 19 5
    waitfor '^seqsh: 19x5 is too'
    resize 1 1
    resize 80 24
    wait_until same_as_frame 80 24
    raw
    sleep 1.5
    [ ! -s raw ] # nothing happens: no byte
    keys q
    exits 0
    tty_clean
}

ascii_and_foreign() {
    LOC=C
    local run=$'runs/ev\e]2;PWNED\ail' other=$'runs/\u65e5\u672c\u202e\u200b'
    mkdir -p "$run" "$other"
    {
        printf '{"ev":"step","t":1,"step":50,"epoch":0,"loss":1.5}\n'
        printf '{"ev":"note","t":1,"step":50,"epoch":0,"text":"%s"}\n' \
            '\u001b]52;c;cHduZWQ=\u0007' '\u009b2J\u202enote'
        printf '{"ev":"samples","t":1,"step":50,"epoch":0,"rows":[%s,%s]}\n' \
            '{"q":"\u001b[2J\u001b[H","t":"a\rb","g":"\b\b\b","ok":false}' \
            '{"q":"日本 👩‍👩‍👧","t":"한국어","g":"日本\u001bc","ok":false}'
    } >"$run/events.jsonl"
    cp "$run/events.jsonl" "$other"
    printf '{"state":"failed","pid":1,"step":50,"steps":100,"preset":"%s","message":"%s"}' \
        '\u001bP1q\u009c' '\u001b[31mred\u001b]0;PWNED\u0007' | tee "$run/status" >"$other/status"
    printf 'data = /x/\033]2;PWNED\007\302\233\n' | tee "$run/config" >"$other/config"
    start sh -c 'while [ ! -e go ]; do sleep .05; done; exec "$SEQSH" watch'
    raw
    touch go
    waitfor 'CRASHED'
    sees 'ev\^\[\]2;PWNE'
    keys Space Down Space Tab
    waitfor 'same probe'
    sees '\^\[\[2J'
    keys Tab
    waitfor ' events '
    keys Tab '/'
    waitfor 'filter:'
    type_ 'ev'
    keys Enter q
    exits 0
    tty_clean
    not grep -q PWNED <<<"$(flags)"
    [ -z "$(clipboard)" ]
    not env LC_ALL=C grep -q '[^ -~[:cntrl:]]' raw
    not grep -aqE $'\e(\\[[0-9;>?]*[cn]|\\]|P|_|\\^)' raw # no question, no title
    # borders stand in their column
    local row
    for LOC in C C.UTF-8; do
        frame 80 24 >seen
        [ "$(grep -cE '^[│┌└|+].*[│┐┘|+]$' seen)" = 20 ]
        while read -r row; do
            [ "$(printf '%s\n' "$row" | LC_ALL=C.UTF-8 wc -L)" = 80 ]
        done < <(grep '^[│┌└|+]' seen)
    done
}

deadly_signals() {
    still a "done"
    local s
    ulimit -c 0
    for s in HUP INT QUIT ABRT SEGV TERM; do
        start "$SEQSH" watch
        waitfor DONE
        kill -$s "$(pid)"
        exits $((128 + $(kill -l $s)))
        tty_clean
    done
}

without_a_terminal() {
    still a "done"
    "$SEQSH" watch </dev/null >frame
    not grep -q $'\e' frame
    [ "$(wc -l <frame)" = 24 ]
    local status
    "$SEQSH" watch nowhere 2>err && false || status=$?
    [ $status = 1 ]
    grep -q "there is no folder 'nowhere'" err
    "$SEQSH" watch --filter 'a(' 2>err && false || status=$?
    [ $status = 2 ]
    "$SEQSH" watch -- -oProxyCommand=x:runs 2>err && false || status=$?
    [ $status = 1 ]
    grep -q 'is no host' err
    TERM_=dumb
    start "$SEQSH" watch
    exits 0
    hist | grep -q DONE
}

scenario 'watch shows runs in all states, new ones too' shows_states
scenario 'selecting, comparing, filtering, sorting, opening' keys_do
scenario 'axes, zoom, cursor, table, CSV, pins, notes, tags' curves_and_marks
scenario 'D deletes a run, after a question' deletes
scenario 'runs of other machines, by ssh' other_machines
scenario 'how far other machines are' far_machines
scenario 'the revision that a run was started at' revisions
scenario 'any size of terminal, and silence' any_size
scenario 'C locale: ASCII only, foreign bytes do no harm' ascii_and_foreign
scenario 'deadly signals give the terminal back' deadly_signals
scenario 'without a terminal, one screen of text' without_a_terminal
