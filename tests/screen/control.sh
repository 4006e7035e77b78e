# control.sh - a training that is watched and steered from its dashboard: scenarios D1 to
# D17, D26, D27 and D30 with a real trainer, a small one that would go on for hours.

. "$(dirname "$0")/harness.sh"

small=(keras-add3 --set hidden=16 --set examples=4000 --set epochs=1e6 --set eval_every=1e5
       --set save_every=0 --set log_every=20 --threads 1)

# The dashboard of a fresh run in runs/r.
watch() {
    start "$SEQSH" train "${small[@]}" --out runs/r "$@"
    waitfor 'RUNNING|VALIDATING'
    wait_until test -S runs/r/ctl.sock
}
ctl() { "$SEQSH" ctl r "$@"; }
trainer() { cat runs/r/lock; }
step() { sed -E 's/.*"step":([0-9]+).*/\1/' runs/r/status; }
state_is() { grep -q "\"state\":\"$1\"" runs/r/status; }
has_event() { grep -qE -- "\"do\":\"$1\".*$2" runs/r/events.jsonl; }
goes_on() { # its step grows
    local from
    from=$(step)
    wait_until eval "[ \$(step) -gt $from ]"
}
losses() { "$SEQSH" get "$1" loss; }
viewers() { sed -E 's/.*"viewers":([0-9]+).*/\1/' runs/r/status; }
has_viewers() { [ "$(viewers)" = "$1" ]; }
leave() {
    keys d
    exits 0
    tty_clean
    kill -9 "$(trainer)"
}

# Another person, at a terminal of another server.
other() { env -u TMUX SEQSH_TEST="$D" tmux -S "$D/socket2" -f "$D/tmux.conf" "$@"; }
start_other() { # COMMAND ARGS...
    other new-session -d -s t -x 80 -y 24 -c "$D" "env -i SEQSH_TEST=$D HOME=$D/home $(
        )TERM=$TERM_ LC_ALL=$LOC $(printf '%q ' "$@")"
}
other_sees() { other capture-pane -t t -p | grep -qE -- "$1"; }

draws() { # D1, D2
    watch
    [ "$(flags | cut -d' ' -f1)" = 1 ]
    waitfor '─ loss ─'
    waitfor 'ETA [0-9]'
    keys p
    waitfor PAUSED
    # what it says of the newest record is what the file says
    local loss
    loss=$(grep '"ev":"step"' runs/r/events.jsonl | tail -1 |
        sed -E 's/.*"loss":([0-9.]+).*/\1/' | xargs printf '%.4f')
    waitfor "│ loss  $loss"
    keys Left
    waitfor "at [0-9,]+ \+00:.*  loss $loss"
    leave
}

pauses() { # D3, D12
    watch
    keys p
    waitfor PAUSED
    "$SEQSH" attach --once r | grep -q '^ paused by attach #1'
    local at
    at=$(step)
    ctl status | grep -q "^paused, step $at/"
    start_other "$SEQSH" attach r
    wait_until other_sees 'PAUSED'
    other_sees '^ paused by attach #1'
    sleep 1.2 # the last figures of the system come
    raw
    sleep 1.2
    [ "$(step)" = "$at" ]
    [ ! -s raw ]
    keys p
    waitfor RUNNING
    sees "goes on at step $at"
    goes_on
    has_event pause 'attach #1'
    has_event resume 'attach #1'
    wait_until other_sees RUNNING
    other send-keys -t t p
    waitfor PAUSED
    keys l # the last answer goes
    waitfor '^ paused by attach #[2-9]'
    keys p
    waitfor RUNNING
    ctl pause
    "$SEQSH" attach --once r | grep -q '^ paused by ctl #'
    keys p
    waitfor RUNNING
    leave
}

saves_and_validates() { # D4
    watch
    local last
    last=$(trainer)
    keys k
    waitfor 'last.safetensors holds step'
    "$SEQSH" inspect runs/r/last.safetensors | grep -q hidden
    waitfor '[0-9] ✓ saved '
    keys v
    waitfor 'validates at step'
    wait_until grep -q '"ev":"eval"' runs/r/events.jsonl
    waitfor '★ valid'
    [ "$(trainer)" = "$last" ]
    goes_on
    leave
}

stops_and_goes_on() { # D5, D6
    watch --set log_every=1
    keys s
    waitfor 'stop the training and save\? y/n'
    keys y
    exits 75
    tty_clean
    sees '^run r: stopped at step'
    has_event stop 'attach #1'
    state_is stopped
    start "$SEQSH" train --resume --out runs/r
    waitfor RUNNING
    wait_until test -S runs/r/ctl.sock
    keys C-c
    waitfor 'Ctrl-C again within 3 s'
    keys x
    wait_gone 'Ctrl-C again'
    goes_on
    keys C-c
    waitfor 'Ctrl-C again within 3 s'
    keys C-c
    exits 75
    tty_clean
    state_is stopped
    # what an unbroken run would have learned, step by step
    losses r >ours
    "$SEQSH" train "${small[@]}" --set log_every=1 --set epochs=$(($(wc -l <ours) / 25 + 1)) \
        --no-ui --out runs/u >log
    losses u | head -n "$(wc -l <ours)" | cmp - ours
}

# A checkpoint that takes its time: it is written where somebody has to read it.
interrupted_while_saving() { # D7
    watch
    mkfifo runs/r/last.safetensors
    keys C-c
    waitfor 'Ctrl-C again within 3 s'
    keys C-c
    waitfor 'saving, please wait'
    keys C-c C-c C-c
    wait_until state_is saving
    sees 'saving, please wait'
    [ ! -s rc ]
    cat runs/r/last.safetensors >saved
    exits 75
    tty_clean
    mv saved runs/r/last.safetensors
    "$SEQSH" inspect runs/r/last.safetensors | grep -q hidden
    start "$SEQSH" train --resume --out runs/r
    waitfor RUNNING
    wait_until test -S runs/r/ctl.sock
    goes_on
    leave
}

trainer_is_killed() { # D11
    watch
    keys k
    waitfor 'last.safetensors holds step'
    local saved
    saved=$(sed -nE 's/.*"ev":"saved",.*"step":([0-9]+),.*/\1/p' runs/r/events.jsonl)
    goes_on
    kill -9 "$(trainer)"
    waitfor LOST
    keys m
    waitfor '─ accuracy'
    keys q
    exits 1
    tty_clean
    sees '^run r: lost at step'
    start "$SEQSH" train --resume --out runs/r
    waitfor RUNNING
    wait_until test -S runs/r/ctl.sock
    grep -q "\"ev\":\"resume\",.*\"step\":$saved," runs/r/events.jsonl
    leave
}

finishes() { # D27
    start "$SEQSH" train keras-add2 --set hidden=4 --set examples=100 --set epochs=1 --threads 1 \
        --out runs/r
    waitfor DONE
    sleep 1.2 # two frames later, it is still there
    sees 'done; seqsh runs/r opens it'
    keys q
    exits 0
    tty_clean
    sees '^run r: done, exact [0-9.]+ %, model runs/r/model.safetensors'
}

comes_back() { # D8, D9, D10, D12
    watch
    wait_until has_viewers 1
    local last
    last=$(trainer)
    keys d
    exits 0
    wait_until has_viewers 0
    goes_on
    start "$SEQSH" attach r
    waitfor RUNNING
    wait_until has_viewers 1
    # the curve has what was trained meanwhile: no place is twice as far as another
    keys w
    waitfor 'wrote r-[0-9]+.csv'
    awk -F, 'NR > 2 { gap = $1 - last; if (gap > most) most = gap
                      if (!least || gap < least) least = gap }
             { last = $1 } END { print least, most; exit !(NR > 5 && most <= 2 * least) }' r-*.csv
    kill -9 "$(pid)"
    wait_until has_viewers 0
    start "$SEQSH" attach r
    waitfor 'viewers 1'
    t kill-server
    wait_until has_viewers 0
    start "$SEQSH" attach r
    waitfor 'viewers 1'
    [ "$(trainer)" = "$last" ]
    goes_on
    leave
}

settings_are_changed() { # D14, D15
    watch
    keys :
    waitfor '^: '
    type_ 'lr 3e-4'
    waitfor ': lr 3e-4█'
    keys Enter
    waitfor 'lr 0.001 -> 0.0003'
    has_event lr '"arg":"3e-4"'
    waitfor '│ lr    3.0e-04'
    keys w
    waitfor 'wrote r-[0-9]+.csv'
    awk -F, 'NR == 1 { while ($++at != "lr"); next }
             $at > .00099 { before = 1 } $at < .00031 { after = before }
             END { exit !after }' r-*.csv # the curve has its step
    type_ ':clip 5'
    keys Enter
    waitfor 'clip 0 -> 5'
    type_ ':lr x'
    keys Enter
    waitfor "lr: 'x' is not a number"
    type_ ':lr -1'
    keys Enter
    waitfor 'lr = -1 is out of range'
    type_ ':nope'
    keys Enter
    waitfor "unknown 'nope': there are pause"
    type_ ':st'
    keys Tab
    waitfor 'stop, stop-at STEP, status'
    keys Escape
    wait_gone '^: st'
    keys n
    type_ 'h€llo  wörld'
    keys Enter
    waitfor noted
    waitfor '› h€llo'
    grep -q '"ev":"note".*"text":"h€llo  wörld","by":"attach #1"' runs/r/events.jsonl
    ctl status | grep -q 'lr 0.0003, clip 5'
    keys p
    waitfor PAUSED
    local end=$(($(step) + 100))
    type_ ":stop-at $end"
    keys Enter
    waitfor 'will stop and save at'
    keys p
    wait_until state_is stopped
    [ "$(step)" = "$end" ]
    start "$SEQSH" train --resume --out runs/r --detach
    exits 0
    ctl status | grep -q 'lr 0.0003, clip 5'
    kill -9 "$(trainer)"
}

samples() { # D16
    watch
    keys S
    waitfor '^: sample '
    type_ '10+12'
    keys Enter
    waitfor '10\+12 -> '
    keys S
    type_ 'ten'
    keys Enter
    waitfor "cannot read 'ten'"
    has_event sample '10\+12 -> '
    goes_on
    leave
}

# What is foreign in a note is seen, and does nothing.
hostile_notes() {
    watch
    ctl note $'a\e]2;PWNED\ab\e[2J\e]52;c;cHduZWQ=\a\x9b'
    waitfor '› a␛\]2;PWN' # how much fits depends on the step's digits
    [ -z "$(clipboard)" ]
    not eval 'flags | grep -q PWNED'
    leave
}

views_change() { # D17
    watch
    keys p
    waitfor PAUSED
    keys v
    waitfor '★ valid'
    sees ' log-y ema .6'
    keys l
    wait_gone ' log-y'
    keys + +
    waitfor ' ema .9'
    keys -
    waitfor ' ema .8'
    keys 0
    waitfor ' log-y ema .6'
    keys x
    waitfor 'x=time'
    keys x
    waitfor 'x=tokens'
    keys x X
    waitfor ' log-x ema'
    keys 0
    wait_gone ' log-x ema'
    keys z
    waitfor ' zoom ema'
    keys 0 T
    waitfor '─ table ─.* rows, newest first'
    keys w
    waitfor 'wrote r-[0-9]+.csv: [0-9]+ rows'
    head -1 r-*.csv | grep -q '^step,time,loss,valid,'
    keys T y
    waitfor 'wrote r-[0-9]+-loss.txt'
    head -1 r-*-loss.txt | grep -q '─ loss ─'
    keys T
    waitfor '─ table ─'
    keys T Enter
    wait_gone '─ events ─'
    sees '─ loss ─'
    keys Enter
    waitfor '─ events ─'
    leave
}

# Who only reads sees all, and changes nothing; Ctrl-C leaves.
read_only() {
    watch
    keys d
    exits 0
    start "$SEQSH" attach --read-only r
    waitfor 'this one: read-only'
    sees_not 'p pause'
    local key
    for key in p k s v S n K :; do
        type_ $key
        waitfor 'read-only: nothing of the run is changed'
        keys l
        wait_gone 'read-only: nothing'
    done
    not grep -q '"ev":"control"' runs/r/events.jsonl
    goes_on
    keys C-c
    exits 0
    tty_clean
    start "$SEQSH" watch --read-only
    waitfor ' r +RUN'
    keys c
    waitfor 'read-only: nothing of a run is changed'
    keys Enter
    waitfor 'this one: read-only'
    keys q
    waitfor ' r +RUN'
    keys q
    exits 0
    kill -9 "$(trainer)"
}

# D14 for what is no lr: a setting that may change; and the end without saving.
set_and_killed() {
    watch
    keys K
    waitfor 'kill it\? all [0-9,]+ steps are lost: y/n'
    keys n
    waitfor 'not killed'
    goes_on
    type_ ':set patience 7'
    keys Enter
    waitfor 'patience 0 -> 7'
    type_ ':set hidden 7'
    keys Enter
    waitfor 'hidden is fixed while a run goes on'
    type_ ':tag small good'
    keys Enter
    waitfor 'tags: small good'
    keys k
    waitfor 'last.safetensors holds'
    keys K
    waitfor 'kill it\? [0-9,]+ steps since [0-9,]+ was saved are lost: y/n'
    keys y
    exits 137
    tty_clean
    sees '^run r: killed at step'
    state_is stopped
}

# Nothing of the mouse unless it is wanted; then clicks and the wheel.
mouse() {
    SEQSH_TEST=$D bash "$SRCDIR/tests/screen/fake_trainer.sh" runs/over 0
    start "$SEQSH" attach over
    waitfor DONE
    [ "$(flags | cut -d' ' -f3)" = 0 ]
    keys F9
    waitfor 'mouse: a click chooses'
    [ "$(flags | cut -d' ' -f3)" = 1 ]
    t send-keys -t t -l $'\e[M >(' # as this terminal's mouse says it: column 30, row 8
    waitfor '^ at [0-9,]+ .* loss [0-9.]+'
    t send-keys -t t -l $'\e[M`>(' # the wheel
    waitfor ' zoom ema'
    t send-keys -t t -l $'\e[Ma>('
    wait_gone ' zoom ema'
    keys F9
    wait_until eval '[ "$(flags | cut -d" " -f3)" = 0 ]'
    keys F9 q
    exits 0
    tty_clean
    start "$SEQSH" watch --mouse
    waitfor 'over +DONE'
    [ "$(flags | cut -d' ' -f3)" = 1 ]
    kill -SEGV "$(pid)"
    exits 139
    tty_clean
}

another_is_refused() { # D26
    watch
    "$SEQSH" train --resume --no-ui --out runs/r 2>err && false || true
    grep -q "is being trained by process $(trainer)" err
    leave
}

signals() { # D30
    watch
    kill -USR1 "$(trainer)"
    waitfor '✓ saved '
    goes_on
    kill -TERM "$(trainer)"
    waitfor STOPPED
    keys q
    exits 75
    tty_clean
}

scenario 'D1 D2 it draws, and the numbers are true' draws
scenario 'D3 D12 p pauses, no byte is sent, others see it' pauses
scenario 'D4 k saves, v validates' saves_and_validates
scenario 'D5 D6 s and Ctrl-C stop and save; resumed: the same losses' stops_and_goes_on
scenario 'D7 Ctrl-C while it saves' interrupted_while_saving
scenario 'D8-D10 viewers come and go, and are counted' comes_back
scenario 'D11 the trainer is killed: LOST; it goes on from what was saved' trainer_is_killed
scenario 'D27 a run that is over stays, and is summed up' finishes
scenario 'D14 D15 : changes settings, and says what is wrong' settings_are_changed
scenario 'D16 S asks the model' samples
scenario 'notes full of escapes' hostile_notes
scenario 'D17 axes, zoom, table, one chart' views_change
scenario '--read-only: nothing is changed' read_only
scenario ':set, :tag, and K kills' set_and_killed
scenario 'the mouse, where it is wanted' mouse
scenario 'D26 a second trainer is refused' another_is_refused
scenario 'D30 signals to the trainer' signals
