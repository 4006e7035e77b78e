#!/bin/bash
# Training in several processes, by mpirun, on one machine: the model of one process, and
# runs that are stopped, go on, or lose a process.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-ranks.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

# mpirun minds being root, and fewer CPUs than processes; a machine that is busy needs more
# than a second from the wish to stop to the end
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_odls_base_sigkill_timeout=3
mpi() { mpirun --oversubscribe -n "$@"; }
in_background() { exec mpirun --oversubscribe -n "$@"; }

small="--set examples=2000 --set hidden=16 --set dropout=0.1 --set epochs=3 --set average=0.9
       --set shards=4"
train() { "$SEQSH" train keras-add3 --no-ui $small "$@"; }
sum() { sha256sum <"$1/model.safetensors"; }
# The weights alone: beside them stand the settings of the step that was the best.
weights() {
    local header
    header=$(od -An -t d8 -N 8 "$1/model.safetensors")
    tail -c +$((8 + header + 1)) "$1/model.safetensors" | sha256sum
}
steps_done() { grep -s '"ev":"step"' "$1/events.jsonl" | wc -l; }

# Without MPI there is one process, and a second one is refused, not trained beside it.
if ! ldd "$SEQSH" | grep -q libmpi || ! command -v mpirun >/dev/null; then
    refused() {
        not env OMPI_COMM_WORLD_SIZE=2 "$SEQSH" train keras-add3 --no-ui --out two 2>message
        cat message
        grep -q 'built without MPI' message
        not [ -e two ]
    }
    ldd "$SEQSH" | grep -q libmpi || check 'without MPI a second process is refused' refused
    skipped() { echo "$1"; exit 77; }
    check 'several processes' skipped 'needs ./configure --with-mpi, and mpirun'
    exit
fi

one_result() {
    train --out alone
    mpi 2 "$SEQSH" train keras-add3 $small --out two >two.log
    mpi 4 "$SEQSH" train keras-add3 $small --out four >four.log
    [ "$(sum two)" = "$(sum alone)" ]
    [ "$(sum four)" = "$(sum alone)" ]
    grep -qx 'note: 4 processes on 1 machine, each with 1 of 4 shards' four.log
    [ "$(grep -c '^over (epochs)' four.log)" = 1 ] # one of them speaks
}

refused() {
    local status=0
    mpi 2 "$SEQSH" train keras-add3 --set shards=3 --out odd 2>message || status=$?
    cat message
    [ $status = 1 ]
    grep -q '^seqsh: shards = 3 cannot be shared by 2 processes' message
    not mpi 2 "$SEQSH" train no-such-preset 2>message
    [ "$(grep -c '^seqsh:' message)" = 1 ]
    not mpi 2 "$SEQSH" train keras-add3 --detach 2>message
    grep -q '^seqsh: --detach' message
}

# A run with more epochs than anybody waits for; $! is mpirun.
start() { # RUN [PROCESSES]
    in_background "${2:-2}" "$SEQSH" train keras-add3 $small --set epochs=8000 --out "$1" \
        >"$1.log" 2>&1 &
    until [ "$(steps_done "$1")" -ge 3 ]; do
        kill -0 $! || { cat "$1.log"; return 1; }
        sleep 0.05
    done
}

pid_of() { sed 's/.*"pid":\([0-9]*\).*/\1/' "$1/status"; }
state_of() { sed 's/.*"state":"\([a-z]*\)".*/\1/' "$1/status"; }

# What was saved goes on with one process as with two, for an epoch or two of 15 steps.
goes_on() { # RUN
    local at
    at=$(sed -n 's/.*"ev":"saved".*"step":\([0-9]*\),.*/\1/p' "$1/events.jsonl" | tail -n 1)
    [ -n "$at" ]
    cp -r "$1" "$1.two"
    local epochs=$((at / 15 + 2))
    "$SEQSH" train --resume --no-ui --set epochs=$epochs --out "$1" >/dev/null
    mpi 2 "$SEQSH" train --resume --set epochs=$epochs --out "$1.two" >log
    grep -qx "from step $at" log
    [ "$(sum "$1")" = "$(sum "$1.two")" ]
}

stopped() {
    local status=0
    start term
    kill -TERM "$(pid_of term)"
    wait $! || status=$?
    cat term.log
    [ $status = 75 ]
    [ "$(state_of term)" = stopped ]
    grep -q "^stopped and saved: .seqsh train --resume --out term. goes on" term.log
    goes_on term
}

mpirun_stopped() {
    local OMPI_MCA_odls_base_sigkill_timeout=8
    start told
    kill -INT $!
    wait $! || :
    cat told.log
    [ "$(state_of told)" = stopped ]
}

lost() { # RUN PROCESSES
    local leader other
    start "$1" "$2"
    leader=$(pid_of "$1")
    other=$(pgrep -P $! | grep -vx "$leader" | tail -n 1)
    kill -9 "$other"
    wait $! || :
    cat "$1.log"
    grep -q "^seqsh: process [1-9] on .* is gone: .* saved at step [0-9]*, --resume goes on" \
        "$1.log"
    [ "$(state_of "$1")" = failed ]
    goes_on "$1"
}

# A rate that was changed meanwhile holds for all, or they would drift apart.
steered() {
    local at epochs
    start steered
    "$SEQSH" ctl steered pause
    "$SEQSH" ctl steered checkpoint
    mkdir before
    cp steered/config steered/events.jsonl steered/*.safetensors before
    "$SEQSH" ctl steered lr 0.02
    "$SEQSH" ctl steered resume
    "$SEQSH" ctl steered stop
    wait $! || :
    cat steered.log
    [ "$(state_of steered)" = stopped ]
    at=$(sed -n 's/.*"ev":"done".*"step":\([0-9]*\),.*/\1/p' steered/events.jsonl)
    epochs=$((at / 15 + 2))
    "$SEQSH" train --resume --no-ui --set lr=0.02 --set epochs=$epochs --out before >/dev/null
    mpi 2 "$SEQSH" train --resume --set epochs=$epochs --out steered >/dev/null
    [ "$(weights before)" = "$(weights steered)" ]
}

check '2 and 4 processes: the model of 1' one_result
check 'what cannot be trained is refused once, by the first process' refused
check 'SIGTERM to the first process saves, exit status 75' stopped
check 'mpirun is told to stop: saved' mpirun_stopped
check 'one of 2 is killed: saved, named, and goes on' lost lost 2
check 'one of 4 is killed: saved, named, and goes on' lost lost4 4
check 'seqsh ctl steers all processes' steered
