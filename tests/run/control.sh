#!/bin/bash
# A trainer that is told what to do, by `seqsh ctl`: it does so, records it, and where
# nothing was changed the result has the same bits.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-control.XXXXXX")
trap 'kill_marked "$work"; rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

small="--set examples=4000 --set hidden=24 --set eval_every=4 --set average=0.9
       --set epochs=40 --threads 2"
train() { "$SEQSH" train keras-add3 --no-ui $small "$@"; }
in_background() { SEQSH_TEST=$work exec "$SEQSH" train --no-ui "$@"; } # so that $! is seqsh
ctl() { "$SEQSH" ctl "$@"; }
sum() { sha256sum <"$1/model.safetensors"; }
step() { sed -E 's/.*"step":([0-9]+).*/\1/' "$1/status"; }
state() { sed -E 's/.*"state":"([a-z]+)".*/\1/' "$1/status"; }
event() { grep -F "\"do\":\"$2\"" "$1/events.jsonl"; } # RUN DIRECTIVE
refused() { # REASON COMMAND...
    local status=0
    "${@:2}" 2>message || status=$?
    cat message
    [ $status != 0 ]
    grep -qF -- "$1" message
}

begin() { # RUN [OPTIONS]: paused in the background, near its beginning
    in_background keras-add3 $small --out "$@" >"$1.log" &
    trainer=$!
    until [ -e "$1/status" ]; do sleep .01; done
    ctl "$1" pause >/dev/null
}
until_step() { # RUN STEP
    until [ "$(step "$1")" -ge "$2" ]; do sleep .02; done
}

unbroken() { train --out unbroken; [ ! -e unbroken/ctl.sock ]; }

# Pauses, checkpoints, questions and notes leave the result as it is.
looked_at() {
    begin looked
    [ "$(state looked)" = paused ]
    [ "$(stat -c '%a %F' looked/ctl.sock)" = '600 socket' ]
    grep -q '"message":"paused by ctl #[0-9]*"' looked/status
    local at
    at=$(step looked)
    sleep .3
    [ "$(step looked)" = "$at" ]
    ctl looked status | grep -qE "^paused, step $at/.* 0 viewing, paused by ctl"
    ctl looked checkpoint | grep -q "last.safetensors holds step $at"
    "$SEQSH" inspect looked/last.safetensors | grep -q hidden
    ctl looked note 'twö  words' | grep -qx noted
    ctl looked sample 10+12 | grep -q '^10+12 -> '
    ctl looked resume
    ctl looked pause
    ctl looked res
    wait $trainer
    [ "$(sum looked)" = "$(sum unbroken)" ]
    [ "$(event looked pause | wc -l)" = 2 ]
    grep -q '"ev":"note".*"text":"twö  words","by":"ctl #' looked/events.jsonl
    event looked sample | grep -q '"arg":"10+12","text":"10+12 -> '
    event looked checkpoint | grep -q '"by":"ctl #'
    not event looked status
    [ ! -e looked/ctl.sock ]
}

changed() {
    begin changed
    ctl changed lr 3e-4 | grep -qx 'lr 0.001 -> 0.0003'
    ctl changed clip 5 | grep -qx 'clip 0 -> 5'
    refused 'not a number' ctl changed lr x
    refused '-1' ctl changed -- lr -1
    refused 'there are pause, resume' ctl changed nope
    refused 'it is paused already' ctl changed pause
    ctl changed validate || : # unless it rests at a step that was
    until grep -q '"ev":"eval"' changed/events.jsonl; do sleep .02; done
    refused 'was validated already' ctl changed validate
    ctl changed resume
    refused 'it is not paused' ctl changed resume
    until_step changed 60
    ctl changed checkpoint
    kill -9 $trainer
    wait $trainer || :
    refused 'no trainer of' ctl changed status
    [ -e changed/ctl.sock ]
    grep -qx 'lr = 0.0003' changed/config
    in_background --resume --out changed >resumed.log &
    trainer=$!
    until grep -q '"ev":"resume"' changed/events.jsonl; do sleep .01; done
    ctl changed status | grep -q 'lr 0.0003, clip 5'
    sed '1,/"ev":"resume"/d' changed/events.jsonl | grep -m 1 '"lr":0.0003'
    ctl changed stop | grep -qE '^stops at step [0-9]+ and saves'
    [ "$(state changed)" = stopped ]
    local status=0
    wait $trainer || status=$?
    [ $status = 75 ]
    [ "$(event changed stop | wc -l)" = 1 ]
}

# What may change in a run that goes on, and what may not.
other_settings() {
    begin set
    ctl set set patience 5 | grep -qx 'patience 0 -> 5'
    ctl set set eval_every=2 | grep -qx 'eval_every 4 -> 2'
    ctl set set schedule linear | grep -qx 'schedule constant -> linear'
    ctl set set lr 5e-4 | grep -q '^lr 0.001 -> 0.0005'
    grep -qx 'patience = 5' set/config
    refused 'hidden is fixed while a run goes on; these may change: lr, clip' \
        ctl set set hidden 5
    refused "unknown setting 'patienc': did you mean 'patience'" ctl set set patienc 5
    refused "is not a number" ctl set set smoothing x
    refused 'out of range' ctl set set smoothing 2
    refused 'wants a value behind it' ctl set set smoothing
    ctl set set epochs 8 | grep -qx 'epochs 40 -> 8'
    refused 'is over already' ctl set set epochs 0.01
    ctl set resume
    wait $trainer
    [ "$(event set set | wc -l)" = 5 ]
    grep -q '"ev":"eval",.*"epoch":4.0,' set/events.jsonl
    grep -q '"ev":"done",.*"epoch":8.0,' set/events.jsonl
}

# Ended at once: what was not saved is lost.
killed() {
    begin ended --set epochs=1e5
    ctl ended checkpoint
    local at status=0
    at=$(step ended)
    ctl ended resume
    until_step ended $((at + 20))
    ctl ended kill | grep -qE '^killed at step [0-9]+; [0-9]+ steps are lost'
    wait $trainer || status=$?
    [ $status = 137 ]
    [ "$(state ended)" = stopped ]
    grep -q '"ev":"done",.*"reason":"killed"' ended/events.jsonl
    event ended kill | grep -q '"by":"ctl #'
    "$SEQSH" inspect ended/last.safetensors | grep -q hidden
    "$SEQSH" attach --once ended | grep -q 'killed; seqsh train --resume'
    in_background --resume --out ended >resumed.log &
    trainer=$!
    until grep -q '"ev":"resume"' ended/events.jsonl; do sleep .01; done
    grep '"ev":"resume"' ended/events.jsonl | grep -q "\"step\":$at,"
    # one that does not listen
    kill -STOP $trainer
    ctl -w .3 ended kill | grep -q "^process $trainer did not listen, and was killed"
    wait $trainer || status=$?
    [ $status = 137 ]
}

# Notes and tags are for runs that nobody trains, too.
noted_and_tagged() {
    ctl unbroken note 'as good as it gets' | grep -qx noted
    grep -q '"ev":"note",.*"text":"as good as it gets","by":"ctl"' unbroken/events.jsonl
    ctl unbroken tag small  good | grep -qx 'tags: small good'
    ctl unbroken tag '!small' best | grep -qx 'tags: good best'
    [ "$(cat unbroken/tags)" = "$(printf 'good\nbest')" ]
    [ "$("$SEQSH" runs . --filter tag:best --csv | grep -c unbroken)" = 1 ]
    "$SEQSH" runs . --filter tag:small --csv >small || :
    not grep unbroken small
    "$SEQSH" export --to watch . | grep -q '"run":"unbroken","tags":"good best"'
    refused 'too many tags' ctl unbroken tag "$(printf 'x%.0s' {1..250})"
    refused 'is not being trained' ctl unbroken pause || refused 'no trainer' ctl unbroken pause
}

stopped_at() {
    begin at
    refused "it is at step" ctl at stop-at 1
    refused "it is at step" ctl at stop-at 99999999
    local end=$(($(step at) + 50))
    ctl at stop-at $end
    ctl at resume
    local status=0
    wait $trainer || status=$?
    [ $status = 75 ]
    [ "$(step at) $(state at)" = "$end stopped" ]
    "$SEQSH" train --no-ui --resume --out at
    [ "$(sum at)" = "$(sum unbroken)" ]
}

stopped_while_paused() {
    begin paused
    kill -TERM $trainer
    local status=0
    wait $trainer || status=$?
    [ $status = 75 ]
    grep -q '"state":"stopped".*"message":""' paused/status
}

# A rate holds from the step at which it was changed, even if the trainer is killed before it
# saves by itself.
rate_when_killed() {
    local at goes_on
    begin killed --set epochs=4000
    ctl killed resume
    until_step killed 1000
    ctl killed pause
    ctl killed lr 0.02
    at=$(step killed)
    ctl killed resume
    until_step killed $((at + 40))
    kill -9 $trainer
    wait $trainer || :
    goes_on="train --no-ui --resume --set epochs=$((at / 25 + 4))"
    "$SEQSH" $goes_on --out killed

    begin same --set epochs=4000
    ctl same stop-at "$at"
    ctl same resume
    wait $trainer || :
    "$SEQSH" $goes_on --set lr=0.02 --out same
    [ "$(sum killed)" = "$(sum same)" ]
}

# Nor is a validation lost that somebody wanted.
validation_when_killed() {
    local at
    begin wanted
    at=$(step wanted)
    ctl wanted validate
    kill -9 $trainer
    wait $trainer || :
    "$SEQSH" train --no-ui --resume --out wanted
    sed '1,/"ev":"resume"/d' wanted/events.jsonl | grep -m 1 '"ev":"eval"' |
        grep "\"step\":$at,"
}

# A pause is no part of the time that is left, nor of the speed.
pause_does_not_count() {
    begin eta
    sleep 1
    ctl eta resume
    local idle
    until_step eta 40
    idle=$(sed -E 's/.*"idle":([0-9]+).*/\1/' eta/status)
    [ "$idle" -ge 1 ]
    grep -m 1 '"step":[3-9][0-9],.*"ms"' eta/events.jsonl |
        sed -E 's/.*"ms":([0-9]+).*/\1/' >ms
    [ "$(cat ms)" -lt 100 ]
    ctl eta stop
    wait $trainer || :
}

usage() {
    refused 'a run and what it is to do' ctl
    refused 'a run and what it is to do' ctl looked
    refused "there is no run 'nothing'" ctl nothing pause
    refused 'wants something behind it: lr X' ctl looked lr
    "$SEQSH" ctl --help | grep -qE '^  stop-at STEP +save and end'
}

# Of a model with attention each validation says where it looked: shares of 100.
attention_is_recorded() {
    "$SEQSH" train reverse --no-ui --set epochs=1 --set examples=300 --set valid=.1 \
        --set hidden=8 --set eval_every=.5 --threads 1 --out looks
    [ "$(grep -c '"ev":"probe"' looks/events.jsonl)" = 8 ]
    grep '"ev":"probe"' looks/events.jsonl | sed -E 's/.*"a":\[\[(.*)\]\]\}/\1/; s/\],\[/\n/g' |
        awk -F, '{ n = 0; for (i = 1; i <= NF; i++) n += $i; rows++
                   if (n < 100 - NF || n > 100 + NF) exit 1 } END { exit rows < 8 }'
}

# D28: a rate that grows until all is forgotten; examples that are learned by heart.
alerts_by_rule() {
    "$SEQSH" train keras-add3 --no-ui --set examples=2000 --set hidden=16 --set lr=30 \
        --set schedule=linear --set warmup=1000 --set epochs=40 --set log_every=2 --set stop= \
        --set eval_every=100 --threads 1 --out diverges --on-alert 'echo "$1" >>told.diverges'
    "$SEQSH" train keras-add3 --no-ui --set examples=100 --set valid=.5 --set hidden=48 \
        --set lr=0.01 --set epochs=50 --set eval_every=2 --set stop= --threads 1 --out overfits \
        --on-alert 'echo "$1" >>told.overfits'
    grep -q '^spike: loss [0-9.]*, z +' told.diverges
    grep -q '^overfit: the validation has become worse 4 times' told.overfits
    local run
    for run in diverges overfits; do # once for each
        [ "$(grep -c '"ev":"alert"' $run/events.jsonl)" = "$(wc -l <told.$run)" ]
        COLUMNS=120 LINES=40 "$SEQSH" attach --once $run >frame
        grep -E ' (spike|overfit|plateau): ' frame
    done
}

# D28, D29: nothing is learnt, so nothing gets better; the command hears of it, once.
alerts_are_told() {
    "$SEQSH" train keras-add3 --no-ui --log json $small --set lr=0 --set epochs=3 \
        --set eval_every=.25 --out flat --on-alert 'echo "$1" >>told' >log
    until [ -e told ]; do sleep .01; done
    [ "$(cat told)" = 'plateau: 10 validations, and none better' ]
    grep -q '"ev":"alert",.*"text":"plateau: 10 validations' flat/events.jsonl
    cmp log flat/events.jsonl
    not "$SEQSH" train keras-add3 --no-ui --log yaml --out y 2>message
    grep -q 'yaml' message
}

check 'an unbroken run' unbroken
check 'paused, saved, asked: the same result, and events' looked_at
check 'lr, clip and validate are obeyed, and kept by a resumed run' changed
check 'a changed rate holds from its step, also in a run that is killed' rate_when_killed
check 'a wanted validation is made, also in a run that is killed' validation_when_killed
check 'set changes what may change' other_settings
check 'kill ends it at once, even if it does not listen' killed
check 'notes and tags, also of a run that is over' noted_and_tagged
check 'stop-at stops there; resumed: the same result' stopped_at
check 'SIGTERM ends a pause' stopped_while_paused
check 'D3 a pause does not count' pause_does_not_count
check 'attention is recorded' attention_is_recorded
check 'D28 a loss that jumps, and overfitting, are told' alerts_by_rule
check 'D28 D29 a plateau is told once; --log json prints the events' alerts_are_told
check 'what is no directive is refused' usage
