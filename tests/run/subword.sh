#!/bin/bash
# A model of subwords: trained, killed and resumed; asked; damaged; refused.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-subword.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

awk 'BEGIN {
    split("one two three four five six seven eight nine ten", en)
    split("uno dos tres cuatro cinco seis siete ocho nueve diez", es)
    for (i = 1; i <= 10; i++)
        for (j = 1; j <= 10; j++)
            for (k = 1; k <= 3; k++)
                print en[i] (k > 1 ? ", " : " and ") en[j] (k > 2 ? "?" : "") "\t" \
                    (k > 2 ? "¿" : "") es[i] (k > 1 ? ", " : " y ") es[j] (k > 2 ? "?" : "")
}' >data.tsv
cat >numbers.conf <<'CONF'
data = data.tsv
split = random
tokenizer = subword
subword_size = 350
length = free
arch = attention
hidden = 32
embed = 16
batch = 20
lr = 0.01
average = 0.9
save_every = 0.02
CONF

train() { "$SEQSH" train numbers.conf --no-ui "$@"; }
sum() { sha256sum <"$1/model.safetensors"; }

if ! train --set epochs=0.1 --out probe >log 2>&1; then
    cat log
    grep -q 'without SentencePiece' log && exit 77
fi

share() { awk -F'[:,]' '{ for (i = 1; i < NF; i++) if ($i ~ /"step"/) n = $(i + 1) }
                        END { print n + 0 }' "$1/events.jsonl" 2>/dev/null || echo 0; }

says_what_it_knows() {
    cat log
    grep -q '^note: source: 350 subwords; 0.00 % of [0-9]* subwords are unknown$' log
    "$SEQSH" inspect probe | grep -q '^target  *350 subwords (bpe); up to [0-9]* subwords$'
}

# the pieces that were drawn are the same after a break, and for any number of threads
goes_on() { # SETTING...
    train --threads 2 --set epochs=4 --set $1 --set $2 --out whole >/dev/null
    "$SEQSH" train numbers.conf --no-ui --threads 1 --set epochs=4 --set $1 --set $2 \
        --out broken >/dev/null &
    until [ "$(share broken)" -ge 12 ]; do
        kill -0 $! || break
        sleep 0.01
    done
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null || :
    "$SEQSH" train --no-ui --resume --threads 2 --out broken >/dev/null
    [ "$(sum whole)" = "$(sum broken)" ]
    [ "$(sum whole)" != "$(cat before 2>/dev/null)" ]
    sum whole >before
    rm -r whole broken
}
goes_on_plain() { goes_on subword_model=bpe subword_dropout=0; }
goes_on_bpe() { goes_on subword_model=bpe subword_dropout=0.2; }
goes_on_unigram() { goes_on subword_model=unigram subword_alpha=0.3; }

learns() {
    train --set epochs=40 --set hidden=64 --set valid=0 --out good | tail -n 3
    printf 'two, nine?\nthree and eight\n' | "$SEQSH" good >answers
    cat answers
    printf '¿dos, nueve?\ntres y ocho\n' | cmp - answers
}

takes_any_text() { # and a letter with its accent in one form or in two
    printf 'ПРИВЕТ 世界\n\xc3\xb1andu\nn\xcc\x83andu\n' | "$SEQSH" good >answers
    [ "$(wc -l <answers)" = 3 ]
    [ "$(sed -n 2p answers)" = "$(sed -n 3p answers)" ]
}

refuses_damage() {
    # the same length: the header of the file stays as it was
    sed 's/\\"scores\\":\[/\\"scores\\":7/' good/model.safetensors >bad.safetensors
    not "$SEQSH" bad.safetensors -e one 2>message
    cat message
    grep -q "bad.safetensors" message
    LC_ALL=C sed 's/\\"<0x41>\\"/\\"<0x4Z>\\"/' good/model.safetensors >bad.safetensors
    not "$SEQSH" bad.safetensors -e one 2>message
    cat message
    grep -q "bad.safetensors.*: subwords: the vocabulary has not all bytes" message
}

refuses_other_data() { # as many pieces, but others
    cp data.tsv moving.tsv
    train --set data=moving.tsv --set epochs=0.1 --out moved >/dev/null
    sed 's/seven/zeven/' data.tsv >moving.tsv
    not "$SEQSH" train --no-ui --resume --out moved 2>message
    cat message
    grep -q "last.safetensors' knows other pieces of the source than the data has" message
    cp data.tsv moving.tsv
    "$SEQSH" train --no-ui --resume --out moved
}

refuses_the_unknown() {
    not train --set tokenizer=word --set words=5 --out word 2>message
    cat message
    grep -q "source: .* % of 700 words are unknown: '.*' ([0-9]* times), " message
    grep -q 'more than unk_limit = 0.1: set words higher' message
    train --set tokenizer=word --set words=5 --set unk_limit=0.9 --set epochs=0.1 \
        --force --out word | grep 'note: source: 6 words; .* % of 700 words are unknown'
}

# a draw of the data's seed, of what is learned alone
learns_what_people_type() {
    local share
    sed '/?/d; s/\t/.\t/; s/$/./' data.tsv >stops.tsv
    for share in 0 0.5; do
        train --set split=pair --set casual=$share --set epochs=1 --out casual$share >/dev/null
        sum casual$share >is$share
        "$SEQSH" eval casual$share stops.tsv --metric bleu >file
        { "$SEQSH" eval casual$share | grep '^answers'; grep -o 'ref_len = .*' file; } >held$share
    done
    train --set split=pair --set casual=0.5 --set epochs=1 --threads 1 --out again >/dev/null
    [ "$(sum again)" = "$(cat is0.5)" ]
    not cmp is0 is0.5
    cmp held0 held0.5
}

check 'it says how many subwords there are' says_what_it_knows
check 'killed and resumed: the same model' goes_on_plain
check 'killed and resumed, with BPE-dropout: the same model' goes_on_bpe
check 'killed and resumed, unigram, drawn cuts: the same model' goes_on_unigram
check 'it learns, and answers as text is written' learns
check 'any text can be asked' takes_any_text
check 'a damaged model is refused by name' refuses_damage
check 'a run does not go on with other data' refuses_other_data
check 'too much that is unknown is refused' refuses_the_unknown
check 'what people type is drawn by the seed' learns_what_people_type
