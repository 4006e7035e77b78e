#!/bin/bash
# fake_trainer.sh - plays a trainer to the readers of a run folder: lock, status,
# events.jsonl with plausible curves, SIGTERM saves and stops with status 75.
#
#     fake_trainer.sh DIR [TICK [FIRST]]
#
# FIRST records (of 390) are there at once; then, every TICK seconds, come the next
# ones. TICK 0: all at once, and the run is done. The same numbers every time.
# SAVING=SECONDS: how long a save takes when it is asked to stop.

set -u
dir=$1 tick=${2:-0.1} first=${3:-0}
per_tick=2
steps=10560
mkdir -p "$dir"
exec 9>>"$dir/lock"
flock -n 9 || { echo "fake_trainer: $dir is being trained" >&2; exit 1; }
echo $$ >"$dir/lock"

stopped=
trap 'stopped=1' TERM INT
trap '' HUP

# "STEP RECORD" a line
records() {
    awk -v steps=$steps -v run="${dir##*/}" '
    function noise() { x = x * 16807 % 2147483647; return x / 2147483647 - 0.5 }
    function at(s) { return sprintf("\"t\":%.3f,\"step\":%d,\"epoch\":%.4f", \
                                    1757240000 + s * 0.0041, s, s / 352) }
    function put(s, ev, rest) { printf "%d {\"ev\":\"%s\",%s%s}\n", s, ev, at(s), rest }
    function samples(s,   i, n, p, rows, good) {
        n = split("10+12 22 29,535+61 596 586,7+8 15 17,999+1 1000 1990,99+1 100 110," \
                  "404+96 500 400,123+89 212 211,58+777 835 836,0+345 345 354,61+46 107 117", \
                  row, ",")
        rows = ""
        for (i = 1; i <= n; i++) {
            split(row[i], p, " ")
            good = s > 900 * i - 800 && !(i == 4 && s < 10000)
            rows = rows sprintf("%s{\"q\":\"%s\",\"t\":\"%s\",\"g\":\"%s\",\"ok\":%s}", \
                i > 1 ? "," : "", p[1], p[2], good ? p[2] : p[3], good ? "true" : "false")
        }
        put(s, "samples", ",\"rows\":[" rows "]")
    }
    BEGIN {
        x = 4121
        put(0, "start", sprintf(",\"run\":\"%s\",\"params\":205324,\"train\":45000," \
            "\"valid\":5000,\"batch\":128,\"steps\":%d,\"version\":\"0.1.0\"," \
            "\"threads\":2,\"seed\":1", run, steps))
        best = 9
        for (s = 32; s <= steps; s += 32) {
            loss = 2.28 * exp(-(s / 2300) ^ 1.3) + 0.006 + exp(-s / 4000) * 0.14 * noise()
            if (loss < 0.003) loss = 0.003
            acc = 1 - 0.72 * loss / 2.3 ^ 0.9
            put(s, "step", sprintf(",\"loss\":%.5g,\"acc\":%.4f,\"gnorm\":%s,\"lr\":0.001," \
                "\"rate\":%.0f,\"ms\":%.2f,\"clipped\":%.3f", loss, acc > 0.999 ? 0.999 : acc, \
                s == 3200 ? "null" : sprintf("%.4f", 0.2 + 1.4 * exp(-s / 3000) * (1 + noise())), \
                48200 + 3000 * noise(), 4.1 + 0.5 * noise(), s < 2000 ? 0.03 : 0))
            if (s % 352 == 0) {
                v = loss * 1.08 + 0.012 + 0.01 * noise()
                exact = 1 - v / 0.9
                exact = exact < 0 ? 0 : exact ^ 2
                put(s, "eval", sprintf(",\"loss\":%.5g,\"acc\":%.4f,\"exact\":%.4f," \
                    "\"n\":5000,\"seconds\":0.21,\"best\":%s", v, 1 - v / 3.4, exact, \
                    v < best ? "true" : "false"))
                samples(s)
                if (v < best) best = v
                if (s % 1760 == 0)
                    put(s, "saved", ",\"file\":\"last.safetensors\",\"bytes\":2466000," \
                        "\"seconds\":0.02")
                if (s == 3520)
                    put(s, "note", ",\"text\":\"gradient norm was not a number once\"")
            }
        }
    }' 9>&-
}

now() { echo "${EPOCHREALTIME/,/.}"; }
epoch() { echo "$(($1 / 352)).$(($1 % 352 * 10 / 352))"; }

# status STATE STEP ETA
status() {
    {
        printf '{"state":"%s","pid":%d,"host":"%s",' "$1" $$ "$host"
        printf '"beat":%s,"started":%s,"step":%d,' "$(now)" "$began" "$2"
        printf '"steps":%d,"epoch":%s,"epochs":30,' $steps "$(epoch "$2")"
        printf '"rate":48200,"eta":%s,"threads":2,"rss":38273024,' "$3"
        printf '"params":205324,"preset":"keras-add3","message":""}\n'
    } >"$dir/status.tmp"
    mv "$dir/status.tmp" "$dir/status"
}

put() { printf '%s\n' "$1" >>"$dir/events.jsonl"; }

finish() { # STATE REASON STEP
    put "{\"ev\":\"done\",\"t\":$(now),\"step\":$3,\"epoch\":$(epoch "$3"),$(
        )\"reason\":\"$2\",\"loss\":0.019,\"acc\":0.994,\"exact\":0.957,\"seconds\":43}"
    status "$1" "$3" 0
}

host=$(uname -n) began=$(now) done_n=0
: >"$dir/events.jsonl"
printf 'cell = lstm\nhidden = 128\noptimizer = adam\n' >"$dir/config"
status starting 0 -1
while read -r at line; do
    step=$at
    put "$line"
    done_n=$((done_n + 1))
    [ "$tick" = 0 ] && continue
    [ $done_n -lt "$first" ] && continue
    [ $((done_n % per_tick)) = 0 ] || continue
    status running "$step" $(((steps - step) / 250))
    sleep "$tick" 9>&-
    if [ -n "$stopped" ]; then
        status saving "$step" 0
        sleep "${SAVING:-0}" 9>&-
        : >"$dir/last.safetensors"
        finish stopped stopped "$step"
        exit 75
    fi
done < <(records)
: >"$dir/model.safetensors"
finish "done" epochs "$step"
