#!/bin/bash
# A disk that is full, or a file that may not grow (D25): the run says so, keeps its last
# good checkpoint, goes on, and saves again when it can.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-disk.XXXXXX")
trap 'kill_marked "$work"; rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

small="--set examples=2000 --set hidden=48 --set eval_every=1e5 --set epochs=1e6
       --set save_every=0 --set log_every=20 --threads 1"
train() { SEQSH_TEST=$work exec "$SEQSH" train --no-ui "$@"; }
ctl() { "$SEQSH" ctl "$@"; }
step() { sed -E 's/.*"step":([0-9]+).*/\1/' "$1/status"; }
wait_for() { until "$@"; do sleep .02; done; }
listens() { [ -S "$1/ctl.sock" ] && ctl "$1" status >/dev/null; }
refused() { # REASON COMMAND...
    local status=0
    "${@:2}" 2>message || status=$?
    cat message
    [ $status != 0 ]
    grep -qF -- "$1" message
}

# Of a run in $1 whose checkpoints cannot be written now.
keeps_going() {
    local good at
    good=$(sha256sum <"$1/last.safetensors")
    refused "cannot write" ctl "$1" checkpoint
    [ "$(sha256sum <"$1/last.safetensors")" = "$good" ]
    "$SEQSH" inspect "$1/last.safetensors" | grep -q hidden
    at=$(ctl "$1" status | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    wait_for eval "[ \$(ctl $1 status | sed -E 's/^[^0-9]*([0-9]+).*/\1/') -gt $at ]"
    kill -USR1 "$trainer" # a save that nobody waits for
    wait_for grep -q '"ev":"alert".*cannot write' "$1/events.jsonl"
    wait_for grep -q '"message":"writing to the run folder failed' "$1/status"
    wait_for [ -e told ]
    [ "$(sha256sum <"$1/last.safetensors")" = "$good" ]
    not compgen -G "$1/last*tmp*"
}

# In a small disk of its own.
on_a_full_disk() {
    mkdir disk
    mount -t tmpfs -o size=1m tmpfs disk
    train keras-add3 $small --out disk/r --on-alert 'echo "$1" >told' >log &
    trainer=$!
    wait_for listens disk/r
    ctl disk/r checkpoint
    dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || :
    truncate -s -40k disk/filler # records still find room, checkpoints do not
    keeps_going disk/r
    grep -q 'No space left' told
    COLUMNS=100 "$SEQSH" attach --once disk/r | grep -q 'writing to the run folder failed'
    rm disk/filler
    ctl disk/r checkpoint
    wait_for eval "! grep -q 'writing to the run' disk/r/status"
    ctl disk/r stop
    wait $trainer || [ $? = 75 ]
}

full_disk() {
    unshare -rm true 2>/dev/null || { echo 'no mount of our own to be had'; exit 77; }
    export -f on_a_full_disk keeps_going refused wait_for listens train ctl step not
    export small work
    unshare -rm bash -eEc 'trap "echo line \$LINENO: \$BASH_COMMAND >&2" ERR; on_a_full_disk'
}

small_files() {
    train keras-add3 $small --out r >log &
    trainer=$!
    wait_for listens r
    ctl r stop
    wait $trainer || [ $? = 75 ]
    rm -f told
    (
        ulimit -f $(($(stat -c %s r/last.safetensors) / 2048)) # half of it
        train --resume --out r --on-alert 'echo "$1" >told' >log 2>&1
    ) &
    trainer=$!
    wait_for listens r
    trainer=$(cat r/lock)
    keeps_going r
    grep -q 'File too large' told
    refused 'the run failed: cannot write' ctl r stop # it cannot save
    grep -q '"state":"failed"' r/status
}

check 'D25 a full disk: it says so, keeps the good checkpoint, and goes on' full_disk
check 'a file that may not grow: the same' small_files
