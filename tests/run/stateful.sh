#!/bin/bash
# A stateful model: trained on conversations, asked in a pipe, reset, resumed.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-stateful.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

for name in ann bob cid dan; do
    for friend in ann bob cid dan; do
        printf 'i am %s\nhello %s\nthis is %s\nhello %s\nwho am i\n%s\n\n' \
            $name $name $friend $friend $name
    done
done >talk.txt

cat >talk.conf <<END
data = talk.txt
format = dialog
tokenizer = word
length = free
valid = 0
arch = attention
stateful = yes
hidden = 48
lr = 0.01
batch = 8
epochs = 120
END

talk() { "$SEQSH" talk "$@"; }

trains() { "$SEQSH" train talk.conf --no-ui --out talk; }

knows_every_answer() {
    "$SEQSH" eval talk --set data=talk.txt >table
    cat table
    grep -q '^exact match *100' table
}

# who asks is not who was spoken of last
remembers() {
    printf '%s\n' 'i am dan' 'this is bob' 'who am i' >asked
    talk <asked >said
    cat said
    [ "$(paste -sd, said)" = 'hello dan,hello bob,dan' ]
    talk -e 'i am cid' -e 'this is dan' -e 'who am i' >said
    cat said
    [ "$(paste -sd, said)" = 'hello cid,hello dan,cid' ]
}

# an empty line is answered with one, and what follows is answered as at the start
empty_line_forgets() {
    printf 'who am i\n' | talk >first
    printf '%s\n' 'i am dan' 'this is bob' '' 'who am i' '' 'i am ann' 'this is bob' \
        'who am i' |
        talk >said
    cat said
    [ "$(sed -n 3p said)" = '' ]
    [ "$(sed -n 4p said)" = "$(cat first)" ]
    [ "$(sed -n 8p said)" = ann ]
}

refused_line_changes_nothing() {
    printf '%s\n' 'i am dan' 'this is bob' "$(printf 'who \377')" 'who am i' |
        talk >said 2>message || :
    cat said message
    [ "$(sed -n 4p said)" = dan ]
}

# stopped within an epoch, where there is something to remember
resumed_equals_unbroken() {
    "$SEQSH" train talk.conf --no-ui --set epochs=6 --set save_every=0.0001 --out one
    "$SEQSH" train talk.conf --no-ui --set epochs=2.4 --out three
    "$SEQSH" train --resume --no-ui --set epochs=6 --out three
    cmp <(tail -c 20000 one/model.safetensors) <(tail -c 20000 three/model.safetensors)
}

no_torn_conversations() {
    not "$SEQSH" train talk.conf --no-ui --set valid=0.2 --set split=random --out no 2>message
    cat message
    grep -q 'set split = tail' message
}
no_separate_examples() {
    not "$SEQSH" train reverse --no-ui --set stateful=yes --out no 2>message
    cat message
    grep -q 'do not follow each other' message
}
no_onnx() {
    not "$SEQSH" export talk --to onnx --out talk 2>message
    cat message
    grep -q 'stateful' message
}

check 'trains on a dialogue' trains
check 'gives every answer, as no model without memory can' knows_every_answer
check 'remembers from line to line' remembers
check 'an empty line makes it forget' empty_line_forgets
check 'a line that is refused is not remembered' refused_line_changes_nothing
check 'resumed within an epoch: the same model' resumed_equals_unbroken
check 'a split that tears conversations apart is refused' no_torn_conversations
check 'examples that do not follow each other are refused' no_separate_examples
check 'ONNX is refused' no_onnx
