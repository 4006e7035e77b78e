#!/bin/bash
# A training that begins with the weights of another.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-begin.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

awk 'BEGIN {
    split("one two three four five six seven eight nine ten", en)
    split("uno dos tres cuatro cinco seis siete ocho nueve diez", es)
    for (i = 1; i <= 10; i++)
        for (j = 1; j <= 10; j++)
            for (k = 1; k <= 10; k++)
                if ((i + j + k) % 4 == 0)
                    print en[i] " " en[j] " and " en[k] "\t" es[i] " " es[j] " y " es[k]
}' >data.tsv
cat >numbers.conf <<'CONF'
data = data.tsv
split = random
tokenizer = word
length = free
arch = attention
hidden = 32
embed = 16
batch = 20
lr = 0.003
save_every = 0.02
watch = loss
CONF

train() { "$SEQSH" train numbers.conf --no-ui "$@"; }
in_background() { exec "$SEQSH" train numbers.conf --no-ui "$@"; } # so that $! is seqsh itself
# Kills the training $! without warning once the run folder $1 has an event $2.
kill_after() {
    until grep -q "\"ev\":\"$2\"" "$1/events.jsonl" 2>/dev/null; do
        kill -0 $! || break
        sleep 0.01
    done
    kill -9 $! 2>/dev/null || :
    wait $! 2>/dev/null || :
}
sum() { sha256sum <"$1/model.safetensors"; }
train --set epochs=10 --out first >first.log || { cat first.log; exit 1; }

# zero steps change nothing: the model is the one that it began with
begins_as_it_was() {
    train --set begin=first/model.safetensors --set epochs=0.001 --set lr=0 --out again
    printf 'one two and three\nten nine and nine\n' >questions
    "$SEQSH" first <questions >a
    "$SEQSH" again <questions >b
    cat a b
    cmp a b
}

# how text is read comes with the pieces
takes_text_settings() {
    train --set begin=first/model.safetensors --set epochs=0.1 --set tokenizer=char \
        --set length=fixed --out text
    "$SEQSH" inspect text >layers
    cat layers
    grep -q '^source .* words$' layers
}

refuses_another_net() {
    not train --set begin=first/model.safetensors --set hidden=16 --out other 2>message
    cat message
    grep -q "first/model.safetensors: begin: weight 'enc.0.W' has the shape" message
    not train --set begin=none.safetensors --force --out other 2>message
    cat message
    grep -q "none.safetensors" message
}

goes_further() {
    loss() { sed -n 's/.* valid loss \([0-9.]*\) .*/\1/p' "$1" | tail -n 1; }
    train --set begin=first/model.safetensors --set epochs=10 --out better >better.log
    echo "loss $(loss first.log), then $(loss better.log)"
    awk "BEGIN { exit !($(loss better.log) < $(loss first.log) - 0.05) }"
}

goes_on() { # the same weights, whatever the threads and breaks
    set -- --set begin=first/model.safetensors --set epochs=20
    train "$@" --threads 2 --out whole >/dev/null
    in_background "$@" --threads 1 --out broken >/dev/null &
    kill_after broken step
    "$SEQSH" train --no-ui --resume --threads 2 --out broken >/dev/null
    [ "$(sum whole)" = "$(sum broken)" ]
}

goes_on_alone() { # what it began with is gone by then
    cp first/model.safetensors gone.safetensors
    set -- --set begin=gone.safetensors --set epochs=20 --set tokenizer=char
    train "$@" --out unbroken >/dev/null
    in_background "$@" --out alone >/dev/null &
    kill_after alone saved
    rm gone.safetensors
    "$SEQSH" train --no-ui --resume --out alone && [ "$(sum unbroken)" = "$(sum alone)" ]
}

check 'a training begins with the weights of another' begins_as_it_was
check 'and reads text as that one does' takes_text_settings
check 'another net, or no file, is refused by name' refuses_another_net
check 'it goes further than that one' goes_further
check 'killed and resumed, 1 or 2 threads: the same model' goes_on
check 'a resumed run needs nothing of what it began with' goes_on_alone
