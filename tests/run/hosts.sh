#!/bin/bash
# Training on two machines, as far as one can play two: network namespaces, each with a
# name of its own, and a cable between them. For root alone.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-hosts.XXXXXX")
near=seqsh-near-$$ far=seqsh-far-$$
unplug() {
    for net in $near $far; do
        ip netns pids $net 2>/dev/null | xargs -r kill -9
        ip netns del $net 2>/dev/null
    done
}
trap 'unplug; rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

plug() {
    ip netns add $near && ip netns add $far || return
    ip link add eth0 netns $near type veth peer name eth0 netns $far || return
    local last=1
    for net in $near $far; do
        ip -n $net address add 10.231.7.$last/24 dev eth0
        ip -n $net link set eth0 up
        ip -n $net link set lo up
        last=$((last + 1))
    done
}

skip() {
    skipped() { echo "$1"; exit 77; }
    check 'two machines' skipped "$1"
    exit
}
ldd "$SEQSH" | grep -q libmpi && command -v mpirun >/dev/null ||
    skip 'needs ./configure --with-mpi, and mpirun'
plug 2>/dev/null && ip netns exec $near unshare -u true || skip 'needs network namespaces'

# as ssh would: HOST COMMAND...
cat >agent <<END
#!/bin/sh
shift
exec ip netns exec $far unshare -u sh -c 'hostname far; exec sh -c "\$0"' "\$*"
END
chmod +x agent

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_plm_rsh_agent=$work/agent OMPI_MCA_odls_base_sigkill_timeout=3
export OMPI_MCA_oob_tcp_if_include=eth0 OMPI_MCA_btl_tcp_if_include=eth0
mpi() { # PROCESSES-EACH COMMAND...
    local each=$1
    shift
    exec ip netns exec $near unshare -u sh -c 'hostname near; exec "$@"' - \
        mpirun --host 10.231.7.1:"$each",10.231.7.2:"$each" -n $((2 * each)) "$@"
}

small="--set examples=2000 --set hidden=16 --set dropout=0.1 --set epochs=3 --set average=0.9
       --set shards=4"
long="$small --set epochs=300 --set save_every=0.1"
sum() { sha256sum <"$1/model.safetensors"; }
steps_done() { grep -s '"ev":"step"' "$1/events.jsonl" | wc -l; }
pid_of() { sed 's/.*"pid":\([0-9]*\).*/\1/' "$1/status"; }
state_of() { sed 's/.*"state":"\([a-z]*\)".*/\1/' "$1/status"; }

one_result() {
    "$SEQSH" train keras-add3 --no-ui $small --out alone
    (mpi 1 "$SEQSH" train keras-add3 $small --out two) >two.log
    (mpi 2 "$SEQSH" train keras-add3 $small --out four) >four.log
    [ "$(sum two)" = "$(sum alone)" ]
    [ "$(sum four)" = "$(sum alone)" ]
    grep -qx 'note: 2 processes on 2 machines, each with 2 of 4 shards' two.log
    grep -qx 'note: 4 processes on 2 machines, each with 1 of 4 shards' four.log
}

start() { # RUN
    mpi 1 "$SEQSH" train keras-add3 $long --lost-after 2 --out "$1" >"$1.log" 2>&1 &
    until [ "$(steps_done "$1")" -ge 100 ]; do
        kill -0 $! || { cat "$1.log"; return 1; }
        sleep 0.05
    done
}

# What was saved goes on, here with one process, to what it would have been.
goes_on() { # RUN
    [ -s "$1/last.safetensors" ]
    "$SEQSH" train --resume --no-ui --out "$1" >/dev/null
    [ -e unbroken ] || "$SEQSH" train keras-add3 --no-ui $long --out unbroken >/dev/null
    [ "$(sum "$1")" = "$(sum unbroken)" ]
}

# Nothing that arrives tells of it.
unplugged() {
    start unplugged
    ip -n $near link set eth0 down
    until [ "$(state_of unplugged)" = failed ]; do
        kill -0 "$(pid_of unplugged)" || break
        sleep 0.05
    done
    ip netns pids $near | xargs -r kill -9
    ip netns pids $far | xargs -r kill -9
    wait $! || :
    ip -n $near link set eth0 up
    cat unplugged.log
    grep -q "process 1 on 'far' is gone: .* saved at step [0-9]*, --resume goes on" \
        unplugged/status
    goes_on unplugged
}

# Open MPI may end the first process when the other one hangs up, or leave it to save.
killed() {
    start killed
    "$SEQSH" ctl killed checkpoint # it may have been too quick to save by itself
    kill -9 "$(ip netns pids $far | while read -r pid; do
        [ "/proc/$pid/exe" -ef "$SEQSH" ] && echo "$pid"
    done)"
    wait $! || :
    cat killed.log
    not kill -0 "$(pid_of killed)"
    goes_on killed
}

check 'on two machines: the model of one process' one_result
check 'a process of the other machine is killed: the run goes on from what was saved' killed
check 'the cable is cut: saved, named, and goes on' unplugged
