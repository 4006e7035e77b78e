#!/bin/bash
# --memory: told, kept to, refused.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-memory.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

train() { # MORE...
    "$SEQSH" train keras-add3 --no-ui --set examples=8000 --set epochs=1 --set batch=4000 \
        --set hidden=64 --set eval_limit=10 "$@"
}

told() {
    train --out any >any.log
    grep -q '^note: memory: [0-9.]* MB at most: .* for a step or .* to validate$' any.log
    grep -q '^batch = 4000$' any/config
}

kept() { # half of what a step would take
    local plan now step
    plan=$(grep '^note: memory' any.log)
    now=$(expr "$plan" : '.*most: \([0-9]*\)')
    step=$(expr "$plan" : '.* now, \([0-9]*\)')
    train --memory "$((now + step / 2))M" --out less >less.log
    grep -q '^note: a batch of [0-9]* instead of 4000, to fit into ' less.log
    [ "$(awk '$1 == "batch" { print $3 }' less/config)" -lt 2600 ]
    [ "$(awk '$1 == "batch" { print $3 }' less/config)" -gt 1000 ]
}

refused() {
    ! train --memory 5M --out none >/dev/null 2>none.log
    grep -q 'with one example at a time, and may take 5.0 MB: ' none.log
}

no_size() {
    local status=0
    train --memory 5x --out none 2>none.log || status=$?
    [ $status = 2 ] && grep -q "'5x' is no size" none.log
}

check 'memory is told before the first step' told
check 'the batch is made to fit' kept
check 'what cannot fit is refused' refused
check 'what is no size is refused' no_size
