# mockups.sh - what the designs of dashboard and watcher show is on their real screens: a
# real run, at 80x24 in the C locale and at 200x50 in UTF-8. A line of a list is what it
# is, and an expression that finds it.

. "$(dirname "$0")/harness.sh"

WAIT=60 # three trainings at once may have one busy processor

# A small training with attention that goes on for hours, even when all is learned; it has
# been saved, validated, steered and noted.
train() { # NAME ARGS
    SEQSH_TEST=$D "$SEQSH" train reverse --detach --out "runs/$1" \
        --set hidden=12 --set examples=400 --set valid=.1 --set epochs=50000 --set eval_every=4 \
        --set save_every=0 --set stop= \
        --set log_every=2 --set clip=5 --set schedule=cosine --set warmup=10 --threads 1 \
        "${@:2}"
    wait_until test -S "runs/$1/ctl.sock"
}
ctl() { "$SEQSH" ctl "$@" >/dev/null; }
records() { grep -c "\"ev\":\"$1\"" "runs/$2/events.jsonl" || :; }
has_records() { [ "$(records "$1" "$2")" -ge "$3" ]; } # KIND RUN COUNT
ready() { # RUN: a run that has something of everything
    wait_until has_records eval "$1" 2
    wait_until has_records step "$1" 30
    ctl "$1" set eval_every 1000 # what follows stays among the newest events
    ctl "$1" checkpoint
    ctl "$1" lr 2e-3
    ctl "$1" note 'looks good'
}

# Reads the list "WHAT|EXPRESSION" and looks for all of it on the screen.
shows() {
    local what expression missing=
    screen >now
    while IFS='|' read -r what expression; do
        [ -z "$what" ] || grep -qE -- "$expression" now ||
            missing+="missing: $what ($expression)"$'\n'
    done
    printf %s "$missing"
    [ -z "$missing" ]
}

dashboard_small() {
    LOC=C
    train add3
    ready add3
    start "$SEQSH" attach add3
    waitfor 'net [0-9.]+ KiB/s'
    shows <<'END'
name|^ train add3( |$)
state|RUNNING
process|pid [0-9]+
epoch|ep [0-9]+/50000
step of steps|step [0-9,]+/[0-9,]+
time left|ETA [0-9d:]+
bar|^ \[[#.]+\]
part done|\]  +[0-9]+%
tokens a second|tok/s
slow steps|p95 [0-9.]+ms
chart of the loss|^\+- loss -( |$)
log axis|log-y
smoothing|ema \.6
axis|x=step
legend|\. train o valid
which chart of how many|1/[0-9]( |$)
axis labels|^\|  *0\.?[0-9]* |^\| +[0-9.]+( |$)
loss, and how odd it is|\| loss +[0-9.e-]+ +z [+-][0-9.]+
validation loss|\| valid +[0-9.]+ +(best|@[0-9])
accuracy|\| acc +[0-9.]+ %
exact answers|\| exact +[0-9.]+ %
perplexity|\| ppl +[0-9.]+
learning rate and schedule|\| lr +[0-9.e-]+ +cosine
gradient norm, and how odd|\| gnorm +[0-9.e-]+ +z [+-]
tokens a second, averaged|\| tok/s +[0-9.k]+ +ema
memory|\| mem +[0-9.]+ MiB
checkpoint|\| saved +[0-9,]+ +[0-9.]+ [KM]iB
not a number, clipped|\| nan +[0-9]+ +clip [0-9]+%
samples of what|samples \(valid, greedy\) @[0-9,]+
right and wrong ones|\[(ok|XX)\] [a-j]+ +->( |$)
exact of the validation|exact [0-9.]+ %
events|- events -
event: saved|[0-9]+ \+ saved
event: changed|[0-9]+ . lr 0
viewers|^ viewers 1 ( |$)
log and its size|log runs/add3 [0-9.]+ [KM]iB
disk|disk [0-9.]+ [KMGT]iB
traffic|net [0-9.]+ KiB/s
key pause|p pause
key checkpoint|k save
key stop|s stop\+save
key leave|d leave
key menu|q menu
key log axis|l log
key smooth|\+ smooth
key zoom|z zoom
key chart|m chart
key sample|S sample
key attention|a attn
key validate|v eval
key note|n note
key table|T table
key filter|/ find
key help|\? help
command line|: command
END
    not env LC_ALL=C grep -q '[^ -~]' now
}

dashboard_large() {
    train chat-07
    ready chat-07
    start "$SEQSH" attach chat-07
    waitfor 'net [0-9.]+ KiB/s'
    shows <<'END'
name and state|^ train chat-07  ● RUNNING
process|pid [0-9]+
host|host [a-z0-9]
epoch|ep [0-9,]+/
step of steps|step [0-9,]+/[0-9,]+
when it began|started [0-9][0-9]:[0-9][0-9]
how long|elapsed [0-9d:]
time left, how sure|ETA .*\(±[0-9.]+ (s|min|h)\)
bar|^ [█░]+
part done|░ +[0-9]+%
tokens a second|tok/s
last checkpoint|saved [0-9,]+$
numbered chart with the focus|^┏━ 1 loss ━
log axis, smoothing, raw, axis|log-y ema \.6 raw faint x=step
legend|─ train ╌ valid
gradient norm: clip, z|3 gradient norm ─ .*clip 5 z [+-]
schedule|4 learning rate ─ .*cosine\+warmup
perplexity: the best|6 perplexity ─ .*best [0-9.]+ @
throughput: half|5 throughput ─ .*p50( |$)
accuracy|2 accuracy
what z is|z: deviation from the last 200
loss and z|│ loss +[0-9.e-]+ +z( |$)
validation, best|│ valid +[0-9.]+ +(best|@)
perplexity now|ppl +[0-9.]+
gradient norm and z|gnorm +[0-9.e-]+ +z
clipped|clip [0-9]+%
learning rate, schedule|lr +[0-9.e-]+ +cosine
update over weights|dw/w +[0-9.e-]+
tokens a second, averaged|tok/s +[0-9.k]+ +ema
step times|step +[0-9.]+ms +p95 [0-9.]+  99
waiting for data|wait +[0-9.]+ % +for data
batch, padding|batch +[0-9]+x[0-9]+ +pad [0-9.]+ %
memory, threads|mem +[0-9.]+ MiB +1 thr
its peak|peak +[0-9.]+ MiB
processors, load|cpu +[0-9]+ % +load
not a number|nan +[0-9]
samples of what|samples \(valid, greedy\) step [0-9,]+
sample and how sure|[☑☒] [a-j]+ +→ .*p [01]\.[0-9][0-9]
what changed|(no answer )?changed since
how various|generic answers .*length [0-9.]+ ± .*repeats .*<unk>
attention of a probe|attention  probe 1/
steps of it|\[ \] step [0-9,]+
labels of the map|│ +[a-j] [░▒▓█ ]
how wide it looks|entropy [0-9.]+ bit
events|─ events ─
event: saved|✓ saved
event: best|★ valid
event: changed|lr 0.003 -> 0.002
event: a note|looks good
viewers, what this one may|^ viewers 1  this one: control
log|log runs/chat-07/events.jsonl [0-9.]+ [KM]iB
traffic|net [0-9.]+ KiB/s  2 frames/s
heartbeat|heartbeat [0-9.]+ s
may be left|safe to leave: training goes on
keys|k save .*s stop\+save .*d leave .*q menu .*v eval .*S sample .*: command
more keys|log-x|X log-x
yet more keys|\+ smooth.*T table.*/ find
csv|w csv
copy|y copy
order|o order
alerts|! alerts
END
}

watch_both() {
    train add3-a --set seed=1 --set epochs=1e5 # not over before the last one is ready
    train add3-b --set seed=2 --set hidden=14 --set epochs=1e5
    train add3-c --set cell=gru --set epochs=1e5
    ready add3-a
    ready add3-b
    ready add3-c
    ctl add3-c pause
    ctl add3-a tag small
    mkdir runs/done runs/lost
    cp "$SRCDIR"/tests/screen/fixture/add3-0907/{events.jsonl,config} runs/done
    cp runs/done/* runs/lost
    sed 's/"running"/"done"/' "$SRCDIR/tests/screen/fixture/add3-0907/status" >runs/done/status
    cp "$SRCDIR/tests/screen/fixture/add3-0907/status" runs/lost
    start "$SEQSH" watch
    waitfor 'add3-c .*PAUSED'
    keys Space Down Space o p
}

watch_small() {
    LOC=C
    watch_both
    waitfor 'overlay 2'
    shows <<'END'
where from|^ watch  runs
how many in which state|2 live  1 paused  1 done  1 lost  0\.5 s
order|runs  sort:run
columns|run +state +step +loss +valid +exact +tok/s +ETA +trend
selected, pinned, under the cursor|^\|>\^2 add3-b
running, step, figures|add3-a +RUN +[0-9.k]+/[0-9.kM]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ % +[0-9.k]+( |$)
paused|add3-c +PAUSED
over|done +DONE .* done( |$)
lost|lost +LOST( |$)
trend|[@%#*+=:._-]{3,} *\|$
chart|^\+- valid-loss log-y x=step
how many are compared|overlay 2
curves by digit|[ 12]1|2[ 12]
config diff|- config diff -
what differs|hidden +12 +14
what not|[0-9]+ keys equal
who is who|1 add3|1 ad
key select|Space select
key open|Enter open
key pin|p pin
key control|c control
key sort|o sort
key filter|/ filter
key axis|x axis
key csv|w csv
key table|T table
key help|\? help
key quit|q quit
runs go on|runs keep going
lost|LOST: no heartbeat
END
    not env LC_ALL=C grep -q '[^ -~]' now
    type_ '/tag:small'
    keys Enter
    waitfor 'filter: tag:small'
    sees 'add3-a +RUN'
    sees_not 'lost +LOST'
    sees 'add3-b +RUN' # pinned
}

watch_large() {
    watch_both
    waitfor 'overlay 2'
    shows <<'END'
where from|^ watch  runs
how many in which state|5 runs  2 live  1 paused  1 done  1 lost  0\.5 s
how many fit|5 of 5
columns|run +where +state +step +loss +valid +metric +tok/s +ETA +age +trend
running, step of steps|add3-a +local +RUN +[0-9,]+/[0-9,]+
metric|exact [0-9.]+ %
paused|add3-c +local +PAUSED
over|DONE .* done( |$)
lost, since when|LOST .* ago( |$)
what is wrong|! lost: no heartbeat for
what digits are|digit: in the charts
config diff, names|config diff.*
names of the runs|1 add3-a +2 add3-b
parameters|params +[0-9,]+ +[0-9,]+
a setting|hidden +12 +14
equal ones|[0-9]+ keys equal
chart, how it is drawn|valid-loss log-y x=step
legend|1─ +2─
the other chart|─ exact x=step
same probe|same probe, each run
answers, how sure|[☑☒] [a-j]+ +p [01]\.[0-9]
exact of all|exact, of all +[0-9.]+ % +[0-9.]+ %
keys|Space select .*Enter open .*/ filter .*p pin .*c control .*n note .*g tag
more keys|T table .*w csv .*d diff .*X log-x
yet more keys|O reverse.*D delete.*r rescan.*A add
runs of others|read-only for runs of other users
END
    keys c
    waitfor '─ control  add3-b ─'
    shows <<'END'
socket|socket, same user
pause|pause +rest
checkpoint|checkpoint +save now
stop|stop +save and end
learning rate|lr X +
validate|validate +validate now
sample|sample TEXT
END
}

scenario 'dashboard, 80x24, C locale: all of the design' dashboard_small
W=200 H=50 scenario 'dashboard, 200x50, UTF-8: all of the design' dashboard_large
scenario 'watcher, 80x24, C locale: all of the design' watch_small
W=200 H=50 scenario 'watcher, 200x50, UTF-8: all of the design' watch_large
