#!/bin/bash
# Training as a process: killed and resumed, stopped, refused, without a terminal.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-train.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

# a run of a second or more, which saves all the time; fewer epochs where a sanitizer
# makes the program slow
small="--set examples=6000 --set hidden=48 --set dropout=0.1 --set depth=2
       --set eval_every=3 --set save_every=0.02 --set average=0.9"
began=$(date +%s%N)
"$SEQSH" train keras-add3 --no-ui $small --set epochs=1 --out probe >/dev/null
took=$((($(date +%s%N) - began) / 1000000))
if [ $took -gt 800 ]; then
    small="$small --set examples=1500 --set epochs=6"
else
    small="$small --set epochs=14"
fi

train() { "$SEQSH" train keras-add3 --no-ui $small "$@"; }
in_background() { exec "$SEQSH" train --no-ui "$@"; } # so that $! is seqsh itself
sum() { sha256sum <"$1/model.safetensors"; }

# Percent of its steps that a run has done, by its newest record.
share_done() { # RUN
    awk 'match($0, /"steps":[0-9]+/) { all = substr($0, RSTART + 8, RLENGTH - 8) }
         match($0, /"step":[0-9]+/) { now = substr($0, RSTART + 7, RLENGTH - 7) }
         END { print all ? int(100 * now / all) : 0 }' "$1/events.jsonl" 2>/dev/null ||
        echo 0
}

wait_for_share() { # RUN PERCENT: of the trainer started last
    until [ "$(share_done "$1")" -ge "$2" ]; do
        kill -0 $! || { echo "$1 ended before $2 %"; return 1; }
        sleep 0.01
    done
}

killed_run_equals_unbroken() {
    local threads=$1 run=killed$1
    in_background keras-add3 $small --threads "$threads" --out "$run" >/dev/null &
    for share in 20 45 70; do
        wait_for_share "$run" $share
        kill -9 $!
        wait $! 2>/dev/null || :
        in_background --resume --threads "$threads" --out "$run" >>"$run.log" &
    done
    wait $!
    [ "$(grep -c '^going on with' "$run.log")" = 3 ]
    [ "$(sum "$run")" = "$(sum unbroken)" ]
}

# At fifty moments: while it starts, trains, validates and saves, which is most of what this
# run does.
killed_often() {
    [ -n "${SEQSH_LONG:-}" ] || { echo 'half a minute: set SEQSH_LONG=1'; exit 77; }
    local kills halves=0
    RANDOM=${SEED:=$$} # the same moments, more or less
    echo "SEED=$SEED"
    local often="$small --set epochs=40 --set best_of=3 --set eval_every=0.5"
    train $often --out straight >/dev/null
    in_background keras-add3 $often --out often >/dev/null &
    until [ -e often/events.jsonl ]; do sleep 0.01; done
    for ((kills = 1; kills <= 50; kills++)); do
        [ $((kills % 5)) = 0 ] || wait_for_share often $((kills * 2 - 2))
        sleep "0.$(printf %03d $((RANDOM % 50)))"
        kill -9 $!
        wait $! 2>/dev/null || :
        halves=$((halves + $(find often -name '*.tmp*' | wc -l)))
        in_background --resume --out often >/dev/null &
    done
    wait $!
    [ $halves -ge 3 ] # files that were half written
    [ "$(find often -name '*.tmp*' | wc -l)" = 0 ]
    not grep -qv '^{.*}$' often/events.jsonl
    [ "$(sum often)" = "$(sum straight)" ]
}

unbroken() { train --threads 2 --out unbroken; }
killed_1() { killed_run_equals_unbroken 1; }
killed_2() { killed_run_equals_unbroken 2; }

stopped() {
    local status=0
    in_background keras-add3 $small --out stopped >/dev/null &
    wait_for_share stopped 30
    kill -TERM $!
    wait $! || status=$?
    [ $status = 75 ]
    grep -q '"state":"stopped"' stopped/status
    "$SEQSH" train --no-ui --resume --out stopped >/dev/null
    [ "$(sum stopped)" = "$(sum unbroken)" ]
}

# mpirun, told to stop, reads no more of what its processes say
stops_unread() {
    mkfifo unread
    exec 9<>unread
    in_background keras-add3 $small --set epochs=1e5 --log-every 0 --out deaf >unread &
    local at=-1 now=0
    until [ "$now" -gt 100 ] && [ "$now" = "$at" ]; do # it hangs: the pipe is full
        at=$now
        sleep 0.5
        now=$(grep -cs '"ev":"step"' deaf/events.jsonl || :)
        now=${now:-0}
    done
    kill -TERM $!
    wait $! || :
    exec 9>&-
    grep -q '"state":"stopped"' deaf/status
}

out_of_patience() {
    local status=0
    train --set lr=0 --set eval_every=1 --set patience=2 --out impatient >out || status=$?
    [ $status = 3 ]
    grep -q '^over (patience)' out
    [ -s impatient/model.safetensors ]
}

torn_line_is_cut() {
    cp -r stopped torn
    printf '{"ev":"step","st' >>torn/events.jsonl
    rm torn/model.safetensors
    "$SEQSH" train --no-ui --resume --out torn >/dev/null
    not grep -qv '^{.*}$' torn/events.jsonl
    [ "$(sum torn)" = "$(sum unbroken)" ]
}

second_is_refused() {
    in_background keras-add3 $small --out busy >/dev/null &
    local first=$!
    wait_for_share busy 1
    not "$SEQSH" train --no-ui --resume --out busy 2>message
    kill -TERM $first
    wait $first || :
    cat message
    grep -q "being trained by process $first" message
}

run_is_not_overwritten() {
    not train --out unbroken 2>message
    cat message
    grep -q 'holds a run already' message
}

lines_are_complete() {
    train --out lines --log-every 0 | tee lines.txt >/dev/null
    not grep -q "$(printf '[\r\033]')" lines.txt
    [ -z "$(tail -c 1 lines.txt)" ] # ends with its line
    grep -q '^over (epochs)' lines.txt
}

# Products of bfloat16: other numbers, but the same ones for any number of threads.
half_precision() {
    if ! train --precision bf16 --threads 1 --out half1 2>message; then
        cat message
        grep -q 'set precision = f32' message # not on this CPU
        return
    fi
    train --precision bf16 --threads 2 --out half2
    [ "$(sum half1)" = "$(sum half2)" ]
    [ "$(sum half1)" != "$(sum unbroken)" ]
    awk 'FNR == 1 { n++ }
         /"ev":"eval"/ { match($0, /"loss":[0-9.e-]+/)
                         loss[n] = substr($0, RSTART + 7, RLENGTH - 7) }
         END { print loss[1], loss[2]; d = loss[1] - loss[2]
               exit !(loss[1] > 0 && (d < 0 ? -d : d) < 0.02 * loss[1]) }' \
        half1/events.jsonl unbroken/events.jsonl
}

check 'an unbroken run' unbroken
check 'killed three times and resumed, 1 thread: the same model' killed_1
check 'killed three times and resumed, 2 threads: the same model' killed_2
check 'killed fifty times and resumed: the same model' killed_often
check 'D30 SIGTERM saves, exit status 75; resumed: the same model' stopped
check 'SIGTERM saves, though nobody reads what it says' stops_unread
check 'out of patience: exit status 3, the model is there' out_of_patience
check 'a torn last record is cut off' torn_line_is_cut
check 'a second trainer in one folder is refused' second_is_refused
check 'a folder with a run is not overwritten' run_is_not_overwritten
check 'D29 without a terminal: whole lines, no escapes' lines_are_complete
check 'precision bf16: one result for 1 and 2 threads, close to that of f32' half_precision
