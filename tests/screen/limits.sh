# limits.sh - what the dashboard may cost, and 50 deaths of each kind. They take minutes:
#
#     SEQSH_LONG=1 bash tests/screen/limits.sh

. "$(dirname "$0")/harness.sh"

long() {
    [ -n "${SEQSH_LONG:-}" ] || { echo 'minutes: set SEQSH_LONG=1'; exit 77; }
}

train() { # ARGS: a small training that goes on for hours, with its dashboard
    start "$SEQSH" train keras-add3 --set hidden=32 --set examples=4000 --set epochs=1e6 \
        --set eval_every=200 --set save_every=0 --set log_every=20 --threads 1 --out runs/r "$@"
    waitfor 'RUNNING|VALIDATING'
    wait_until test -S runs/r/ctl.sock
}
trainer() { cat runs/r/lock; }
step() { "$SEQSH" ctl r status | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# 60 s of a run that goes on, and 10 s of a pause.
traffic() {
    long
    train
    raw
    sleep 60
    wc -c raw
    [ "$(wc -c <raw)" -le 61440 ]
    [ "$(wc -c <raw)" -gt 1000 ]
    [ "$(clears)" = 0 ]
    keys p
    waitfor PAUSED
    sleep 1.5
    : >raw
    sleep 10
    [ ! -s raw ]
    kill -9 "$(trainer)"
}

# The same on a slow line: a frame every 5 s, keys at once. The run is a played one, as fast
# on any machine: what a young one of a fast machine changes in 5 s is nearly all.
slow_traffic() {
    long
    SEQSH_TEST=$D setsid bash "$SRCDIR/tests/screen/fake_trainer.sh" runs/steady 2 220 \
        </dev/null >/dev/null 2>&1 9>&- &
    wait_until grep -qs '"state":"running"' runs/steady/status
    start "$SEQSH" attach --slow steady
    waitfor RUNNING
    sleep 6
    raw
    sleep 60
    wc -c raw
    [ "$(wc -c <raw)" -le 6144 ]
    [ "$(wc -c <raw)" -gt 100 ]
    keys m
    local began
    began=$(ms)
    waitfor '─ accuracy'
    [ $(($(ms) - began)) -lt 1000 ]
    keys d
    exits 0
    train --slow
    keys p
    waitfor PAUSED
    sleep 6
    raw
    : >raw
    sleep 10
    [ ! -s raw ]
    kill -9 "$(trainer)"
}

# A file of so many records of steps, as the trainer writes them.
many_records() { # FOLDER RECORDS
    mkdir -p "$1"
    awk -v n="$2" -v t="$(date +%s)" 'BEGIN {
        head = "{\"ev\":\"%s\",\"t\":%.4f,\"step\":%d,\"epoch\":%.4f,"
        printf head "\"params\":7,\"steps\":%d}\n", "start", t, 0, 0, n
        step = head "\"loss\":%.10f,\"acc\":%.6f,\"gnorm\":%.8f,\"lr\":0.001," \
               "\"rate\":%d.25,\"ms\":%.6f,\"clipped\":0.0}\n"
        for (i = 1; i <= n; i++)
            printf step, "step",
                t + i * .01, i, i / 1e4, 2 * exp(-i / n * 5) + (i * 7919 % 1000) / 5e4, i / n,
                1 + (i * 104729 % 1000) / 1e3, 40000 + i % 1000, 4 + i % 7 / 10
    }' >"$1/events.jsonl"
    printf '{"state":"done","pid":1,"host":"","beat":2,"started":1,"step":%d,"steps":%d}\n' \
        "$2" "$2" >"$1/status"
}

memory() { awk '/VmRSS/ { print $2 }' "/proc/$(trainer)/status"; } # KiB
ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# Milliseconds from a key to what it brings, less what the harness itself takes to look.
answer_ms() { # KEY PATTERN
    local began looked
    began=$(ms)
    screen >/dev/null
    looked=$(($(ms) - began))
    began=$(ms)
    keys "$1"
    until sees "$2"; do :; done
    echo $(($(ms) - began - 2 * looked))
}

a_million_records() {
    long
    many_records runs/million 1000000
    local took key i
    cat runs/million/events.jsonl >/dev/null # from memory, not from the disk
    TIMEFORMAT='%U %S' # of the processor: other load is not ours
    { time "$SEQSH" attach --once million >frame; } 2>spent
    took=$(awk '{ printf "%d", 1000 * ($1 + $2) }' spent)
    echo "attach: $took ms"
    grep -q '1,000,000/1,000,000' frame
    [ $took -lt 1000 ]
    start "$SEQSH" attach million
    WAIT=60 waitfor DONE
    sed -n '/VmHWM/p' "/proc/$(pid)/status"
    [ "$(awk '/VmHWM/ { print $2 }' "/proc/$(pid)/status")" -lt 51200 ]
    for key in 'm:─ accuracy' 'x:x=time' 'X: log-x ' 'z: zoom ' 'T:─ table' 'Left:at [0-9]'; do
        for i in 1 2 3 4 5; do # the best, on a machine that has other things to do
            keys Escape 0 1
            wait_until eval "sees '─ loss' && sees_not 'x=time' && sees_not '^ at '"
            took=$(answer_ms "${key%%:*}" "${key#*:}")
            echo "${key%%:*}: $took ms"
            [ "$took" -ge 100 ] || break
        done
        [ "$took" -lt 100 ]
    done
    keys q
    exits 0
    tty_clean
}

# What a process did in so many seconds: steps per second of its processor, and the share
# of the time it neither ran nor was ready to, in permille. Other load does not matter.
measure() { # SECONDS
    local run0 wait0 run1 wait1 rest at0 at1 began p
    p=$(trainer)
    at0=$(step) began=$(ms)
    read -r run0 wait0 rest <"/proc/$p/schedstat"
    sleep "$1"
    at1=$(step)
    read -r run1 wait1 rest <"/proc/$p/schedstat"
    local wall=$((($(ms) - began) * 1000000)) ran=$((run1 - run0)) ready=$((wait1 - wait0))
    rate=$(((at1 - at0) * 1000000000 / (ran / 1000)))
    blocked=$(((wall - ran - ready) * 1000 / wall))
    echo "rate $rate, blocked $blocked permille"
}

# A viewer that is stopped, and one that is killed, is nothing to the trainer.
viewers_do_not_slow() {
    long
    train
    sleep 3
    local free free_blocked worst=0 i held
    for i in 1 2 3; do # the machine's own unsteadiness: the best of three
        measure 10
        free=$rate free_blocked=$blocked
        held=$(memory)
        kill -STOP "$(pid)"
        measure 10
        kill -CONT "$(pid)"
        held=$(($(memory) - held))
        echo "memory: $held KiB more"
        [ $held -le 1024 ]
        worst=$((100 * rate / free))
        [ $worst -ge 98 ] && [ $((blocked - free_blocked)) -le 20 ] && break
    done
    [ $worst -ge 98 ]
    [ $((blocked - free_blocked)) -le 20 ]
    kill -9 "$(pid)"
    exits 137
    for i in 1 2 3; do
        measure 10
        worst=$((100 * rate / free))
        [ $worst -ge 98 ] && break
    done
    [ $worst -ge 98 ]
    start "$SEQSH" attach r
    waitfor RUNNING
    t kill-server # as when the line of an ssh is cut
    for i in 1 2 3; do
        measure 10
        worst=$((100 * rate / free))
        [ $worst -ge 98 ] && break
    done
    [ $worst -ge 98 ]
    # nothing is lost: a record every 20 steps
    sed -nE 's/.*"ev":"step",.*"step":([0-9]+),.*/\1/p' runs/r/events.jsonl |
        awk '$1 != 20 * NR { exit 1 } END { print NR " records"; exit NR < 100 }'
    kill -9 "$(trainer)"
}

# Killed at any moment, from the first instruction on.
random_deaths() { # SIGNAL PROGRAM ARGS
    long
    SEQSH_TEST=$D bash "$SRCDIR/tests/screen/fake_trainer.sh" runs/over 0
    ulimit -c 0
    local i
    for i in $(seq 50); do
        start "$SEQSH" "${@:2}"
        sleep "0.$(printf %03d $((RANDOM % 150)))"
        kill -"$1" "$(pid)" 2>/dev/null || :
        exits $((128 + $(kill -l "$1")))
        tty_clean
    done
}

scenario 'D23 60 s: under 1 KiB/s; a pause: no byte in 10 s' traffic
scenario 'D23 60 s of --slow: under 6 KiB' slow_traffic
scenario 'D19 a million records: attach 1 s, 50 MiB, keys 100 ms' a_million_records
scenario 'D13 a viewer stopped or killed does not slow the trainer, nor fill it' viewers_do_not_slow
for signal in TERM HUP QUIT ABRT SEGV; do
    scenario "50 deaths of the dashboard by SIG$signal" random_deaths $signal attach --mouse over
    scenario "50 deaths of the watcher by SIG$signal" random_deaths $signal watch --mouse
done
