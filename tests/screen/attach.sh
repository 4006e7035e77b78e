# attach.sh - the dashboard in a real terminal. Its trainer only plays one
# (fake_trainer.sh), so that every scenario finds the state it wants at once.

. "$(dirname "$0")/harness.sh"

# trainer NAME TICK [FIRST]: one in the background, in runs/NAME; its pid in $trainer
trainer() {
    SEQSH_TEST=$D setsid bash "$SRCDIR/tests/screen/fake_trainer.sh" "runs/$1" "${@:2}" \
        </dev/null >/dev/null 2>&1 9>&- &
    trainer=$!
    wait_until grep -qs '"state":"\(running\|done\)"' "runs/$1/status"
}
trains() { kill -0 "$trainer" && ! grep -q '"state":"stop' runs/*/status; }
frame() { LC_ALL=$LOC COLUMNS=$1 LINES=$2 "$SEQSH" attach --once "${@:3}"; }
# the screen is what the canvas says
same_as_frame() { [ "$(screen)" = "$(frame "$@")" ]; }

shows_a_run() {
    trainer live 0.1 200
    start "$SEQSH" attach live
    waitfor '● RUNNING'
    [ "$(flags | cut -d' ' -f1-3)" = "1 0 0" ]
    sees 'loss ─ log-y'
    sees '☑ 10\+12'
    sees 'ETA 00:'
    # the figure is one of the file
    local valid
    valid=$(screen | sed -n 's/.*│ valid \([0-9.]*\) .*/\1/p')
    sed -n 's/.*"ev":"eval".*"loss":\([0-9.]*\),.*/\1/p' runs/live/events.jsonl |
        xargs printf '%.4f\n' | grep -qx "$valid"
    keys m
    waitfor '─ accuracy ─ ema'
    keys l -
    waitfor 'ema \.4'
    type_ '?'
    waitfor 'help: any key goes back'
    keys x
    wait_gone 'any key goes back'
}

leaves_it_running() {
    trainer live 0.1 50
    start "$SEQSH" attach
    waitfor RUNNING
    keys q
    waitfor 'K +kill it: '
    keys Escape
    wait_gone 'K +kill it: '
    keys q q
    exits 0
    tty_clean
    sees "^run live: training goes on \(pid $trainer\); seqsh attach runs/live"
    trains
    start "$SEQSH" attach runs/live/
    waitfor RUNNING
    keys C-d
    exits 0
    tty_clean
    trains
}

stops_and_saves() {
    trainer live 0.1 50
    start "$SEQSH" attach live
    waitfor RUNNING
    keys s
    waitfor 'stop the training and save\? y/n'
    keys n
    waitfor 'not stopped'
    trains
    keys s y
    exits 75
    tty_clean
    sees '^run live: stopped at step [0-9,]+, saved runs/live/last.safetensors'
    grep -q '"state":"stopped"' runs/live/status
}

two_interrupts() {
    export SAVING=1.5
    trainer live 0.1 50
    start "$SEQSH" attach live
    waitfor RUNNING
    keys C-c
    waitfor 'Ctrl-C again within 3 s: stop and save'
    keys x
    wait_gone 'Ctrl-C again'
    trains
    keys C-c
    waitfor 'Ctrl-C again'
    keys C-c
    waitfor 'saving, please wait'
    keys C-c C-c C-c
    exits 75
    tty_clean
    grep -q '"state":"stopped"' runs/live/status
}

a_killed_viewer() {
    trainer live 0.1 50
    start "$SEQSH" attach live
    waitfor RUNNING
    kill -9 "$(pid)"
    exits 137
    trains
}

a_killed_trainer() {
    trainer live 0.1 50
    start "$SEQSH" attach live
    waitfor RUNNING
    kill -9 "$trainer"
    waitfor 'LOST'
    sees 'its trainer is gone; seqsh train --resume --out runs/live'
    keys s
    waitfor 'nothing to stop'
    keys C-c
    exits 0
    tty_clean
    sees '^run live: lost at step'
}

a_lost_terminal() {
    trainer live 0.1 50
    start "$SEQSH" attach live
    waitfor RUNNING
    local before viewer
    keys x 2
    waitfor '00:00:00 +00:00'
    before=$(wc -l <runs/live/events.jsonl) viewer=$(pid)
    t kill-server
    wait_until eval "! kill -0 $viewer 2>/dev/null"
    start "$SEQSH" attach live
    waitfor RUNNING
    sees '─ accuracy' # as it was left
    sees '00:00:00 +00:00'
    trains
    [ "$(wc -l <runs/live/events.jsonl)" -gt "$before" ]
}

deadly_signals() {
    trainer over 0
    local s
    ulimit -c 0
    for s in HUP INT QUIT ILL ABRT BUS FPE SEGV PIPE TERM; do
        start "$SEQSH" attach over
        waitfor DONE
        kill -$s "$(pid)"
        exits $((128 + $(kill -l $s)))
        tty_clean
    done
}

control_backslash() {
    trainer over 0
    ulimit -c 0
    start "$SEQSH" attach over
    waitfor DONE
    keys 'C-\'
    exits 131
    tty_clean
}

stopped_and_continued() {
    ENVX=(NO_COLOR=1)
    trainer over 0
    start_shell
    line "\$SEQSH attach over; stty -g >after"
    waitfor DONE
    keys C-z
    waitfor 'Stopped'
    [ "$(flags | cut -d' ' -f1-3)" = "0 1 0" ]
    line 'echo a$((40 + 2))b'
    waitfor a42b
    resize 100 30
    line fg
    waitfor DONE
    wait_until same_as_frame 100 30 over
    keys q
    waitfor '^run over: done'
    wait_until test -s after
    cmp before after
}

stopped_from_outside() {
    ENVX=(NO_COLOR=1)
    trainer over 0
    start_shell
    line "\$SEQSH attach over"
    waitfor DONE
    local viewer
    viewer=$(running)
    kill -TSTP "$viewer"
    waitfor 'Stopped'
    [ "$(flags | cut -d' ' -f1-3)" = "0 1 0" ]
    line fg
    waitfor DONE
    kill -STOP "$viewer"
    waitfor 'Stopped'
    line fg
    wait_until same_as_frame 80 24 over
    keys q
    waitfor '^run over: done'
}

any_size() {
    ENVX=(NO_COLOR=1)
    trainer over 0
    start "$SEQSH" attach over
    waitfor DONE
    local size
    for size in '200 50' '80 24' '40 12' '20 5' '132 40' '300 90' '80 24'; do
        resize $size
        wait_until same_as_frame $size over
    done
    resize 19 5
    waitfor '^seqsh: 19x5 is too'
    resize 10 3
    waitfor '^seqsh: 10x'
    resize 1 1
    waitfor '^s'
    resize 200 50
    wait_until same_as_frame 200 50 over
    keys q
    exits 0
    tty_clean
}

# The terminal itself is told, as tmux would wait between one size and the next.
a_storm_of_sizes() { # D21
    ENVX=(NO_COLOR=1)
    trainer over 0
    start "$SEQSH" attach over
    waitfor DONE
    raw
    local i began tty
    tty=$(t display -p -t t '#{pane_tty}')
    began=${EPOCHREALTIME/[.,]/}
    for i in $(seq 200); do
        stty -F "$tty" cols $((60 + i % 50)) rows $((20 + i % 20))
    done
    resize 81 24
    resize 80 24
    wait_until same_as_frame 80 24 over
    local took=$(((${EPOCHREALTIME/[.,]/} - began) / 1000)) drawn
    drawn=$(clears)
    echo "$drawn times drawn in $took ms"
    [ "$drawn" -le $((20 + took / 25)) ] # not each of them: 60 in a second, with the last two
    keys q
    exits 0
    tty_clean
}

# Of zeros and what is no number, a logarithmic axis shows nothing, and says how many.
zero_and_nan() { # D18
    ENVX=(NO_COLOR=1)
    mkdir -p runs/odd
    local s loss
    for s in $(seq 1 40); do
        case $s in 20) loss=null ;; 30) loss=0 ;; *) loss=0.$((100 - s)) ;; esac
        printf '{"ev":"step","t":%d,"step":%d,"epoch":0,"loss":%s}\n' "$s" "$s" "$loss"
    done >runs/odd/events.jsonl
    echo '{"ev":"alert","t":41,"step":20,"epoch":0,"text":"spike: loss nan"}' \
        >>runs/odd/events.jsonl
    echo '{"state":"done","pid":1,"step":40,"steps":40,"host":""}' >runs/odd/status
    start "$SEQSH" attach odd
    waitfor DONE
    sees ' loss ─ log-y .*nan 1'
    sees 'spike: loss nan'
    sees 'nan +1 '
    keys Left
    waitfor 'at 40 .* loss 0.60'
    keys l
    wait_gone 'log-y'
    sees 'nan 1'
    sees '^│ +0 ' # the zero counts again
    keys q
    exits 0
}

few_bytes() { # D23, D24
    trainer live 0.4 100 # a validation every 2 s
    start "$SEQSH" attach live
    waitfor RUNNING
    raw
    sleep 5
    wc -c raw
    [ "$(wc -c <raw)" -le 5120 ]
    [ "$(wc -c <raw)" -gt 100 ]
    [ "$(clears)" = 0 ]
    keys C-l
    wait_until eval '[ "$(clears)" -gt 0 ]'
    sleep 1
    [ "$(clears)" = 1 ]
}

no_byte_when_nothing_happens() {
    trainer over 0
    start "$SEQSH" attach over
    waitfor DONE
    raw
    sleep 2
    [ ! -s raw ]
    keys m
    waitfor accuracy
    [ -s raw ]
}

nothing_but_ascii() {
    LOC=C
    trainer live 0.1 200
    start sh -c 'while [ ! -e go ]; do sleep .05; done; exec "$SEQSH" attach live'
    raw
    touch go
    waitfor '^\+- loss - log-y ema'
    sees '\[ok\] 10\+12 +-> 22'
    sees '^\| +\.?o+'
    type_ '?'
    waitfor 'help: any key'
    keys x d
    exits 0
    tty_clean
    ! LC_ALL=C grep -q '[^ -~[:cntrl:]]' raw
    # the terminal is asked nothing, and no title is set
    ! grep -aqE $'\e(\\[[0-9;>?]*[cn]|\\]|P|_|\\^)' raw
}

foreign_bytes() {
    local run=$'runs/ev\e]2;PWNED\ail'
    mkdir -p "$run"
    {
        printf '{"ev":"start","t":1,"step":0,"epoch":0,"steps":100,"params":7}\n'
        printf '{"ev":"step","t":1,"step":50,"epoch":0,"loss":1.5}\n'
        printf '{"ev":"note","t":1,"step":50,"epoch":0,"text":"%s"}\n' \
            '\u001b]52;c;cHduZWQ=\u0007' '\u009b2J\u202enote' '日本語 e\u0301\u0301 👩‍👩‍👧 🇩🇪 ❤️'
        printf '{"ev":"samples","t":1,"step":50,"epoch":0,"rows":[%s,%s,%s]}\n' \
            '{"q":"\u001b[2J\u001b[H","t":"a\rb","g":"\b\b\b","ok":false}' \
            '{"q":"日本","t":"한국어","g":"日本","ok":false}' \
            '{"q":"👍🏽","t":"ok","g":"ok\u200b","ok":true}'
    } >"$run/events.jsonl"
    printf '{"state":"failed","pid":1,"step":50,"steps":100,"message":"%s"}' \
        '\u001b[31mred\u001b]0;PWNED\u0007' >"$run/status"
    ENVX=(NO_COLOR=1)
    start "$SEQSH" attach "$run"
    waitfor 'FAILED'
    sees 'failed: ␛\[31mred␛\]0;PWNED␇'
    sees 'ev␛\]2;PWNED'
    sees '日本'
    same_as_frame 80 24 "$run"
    [ "$(flags | cut -d' ' -f5-)" = "$(t display -p '#{host_short}')" ] ||
        [ -z "$(flags | cut -d' ' -f5- | grep PWNED)" ]
    [ -z "$(clipboard)" ]
    # borders stand in their column
    screen >seen
    local row
    while read -r row; do
        [ "$(printf '%s\n' "$row" | LC_ALL=C.UTF-8 wc -L)" = 80 ]
    done < <(grep '^[│┌└]' seen)
    [ "$(grep -c '^[│┌└]' seen)" = 19 ]
    keys q
    exits 0
    sees '^run ev␛\]2;PWNED␇il: failed: ␛\[31mred'
}

colours_as_wanted() {
    trainer over 0
    start "$SEQSH" attach over
    waitfor DONE
    screen_sgr >coloured
    grep -q $'\e\[38;5;32m' coloured
    ENVX=(NO_COLOR=1)
    start "$SEQSH" attach over
    waitfor DONE
    screen_sgr >plain
    ! grep -qE $'\e\\[(3[0-8]|9[0-7])' plain
    grep -q $'\e\[1m' plain
    ENVX=() TERM_=screen # eight colours
    start "$SEQSH" attach over
    waitfor DONE
    screen_sgr >eight
    grep -q $'\e\[36m' eight
    ! grep -q $'\e\[38' eight
}

without_a_terminal() {
    trainer over 0
    "$SEQSH" attach over </dev/null >frame
    ! grep -q $'\e' frame
    [ "$(wc -l <frame)" = 24 ]
    COLUMNS=200 LINES=50 "$SEQSH" attach over >large
    [ "$(wc -l <large)" = 50 ]
    TERM_=dumb
    start "$SEQSH" attach over
    exits 0
    hist | grep -q DONE
    TERM_=no-such-terminal
    start "$SEQSH" attach over
    exits 0
    hist | grep -q "nothing is known about the terminal 'no-such-terminal'"
    tty_clean
}

which_run() {
    local status
    "$SEQSH" attach >out 2>err && false || status=$?
    [ $status = 1 ]
    grep -q "seqsh: there is no run in 'runs'" err
    [ ! -s out ]
    trainer one 0
    sleep .05
    trainer two 0
    "$SEQSH" attach | grep -q 'train two '
    touch runs/one/events.jsonl
    "$SEQSH" attach | grep -q 'train one '
    "$SEQSH" attach three 2>err && false || status=$?
    [ $status = 1 ]
    grep -q "there is no run 'three' in 'runs': it has one, two" err
    mkdir empty
    "$SEQSH" attach empty 2>err && false || status=$?
    [ $status = 1 ]
    grep -q "'empty' is not a run folder" err
    "$SEQSH" attach one two 2>err && false || status=$?
    [ $status = 2 ]
    "$SEQSH" attach --graph crayon 2>err && false || status=$?
    [ $status = 2 ]
    grep -q "unknown graph 'crayon'" err
}

scenario 'attach shows a run' shows_a_run
scenario 'q and Ctrl-D leave, training goes on' leaves_it_running
scenario 's stops and saves, after a question' stops_and_saves
scenario 'D6 Ctrl-C twice stops and saves, and waits' two_interrupts
scenario 'D10 a viewer killed leaves the trainer alone' a_killed_viewer
scenario 'D11 a trainer killed is LOST' a_killed_trainer
scenario 'D9 a terminal lost leaves the trainer alone' a_lost_terminal
scenario 'deadly signals give the terminal back' deadly_signals
scenario 'Ctrl-\ gives the terminal back' control_backslash
scenario 'D22 Ctrl-Z stops it, fg goes on, resized meanwhile' stopped_and_continued
scenario 'stops from outside' stopped_from_outside
scenario 'D20 any size of terminal' any_size
scenario 'D21 a storm of resizes' a_storm_of_sizes
scenario 'D18 zeros and NaN on a logarithmic axis' zero_and_nan
scenario 'D23 D24 a running dashboard sends under 1 KiB/s, and clears nothing' few_bytes
scenario 'D23 nothing happens: no byte' no_byte_when_nothing_happens
scenario 'the C locale gets ASCII, and no questions' nothing_but_ascii
scenario 'foreign bytes do no harm' foreign_bytes
scenario 'colours as the environment wants' colours_as_wanted
scenario 'without a terminal, one screen of text' without_a_terminal
scenario 'which run is meant' which_run
