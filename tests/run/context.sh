#!/bin/bash
# A model with context: trained on conversations, asked in a pipe and by -e; how it answers
# by itself, and what the command line makes of that.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-context.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

for name in ann bob cid dan; do
    for friend in ann bob cid dan; do
        printf 'i am %s\nhello %s\nthis is %s\nhello %s\nwho is it\n%s\n\n' \
            $name $name $friend $friend $friend
    done
done >talk.txt

cat >talk.conf <<END
data = talk.txt
format = dialog
turns = all
tokenizer = word
length = free
context = 2
valid = 0
arch = attention
hidden = 32
lr = 0.01
batch = 8
epochs = 60
decode = "max-len=1"
END

talk() { "$SEQSH" talk "$@"; }

trains() { "$SEQSH" train talk.conf --no-ui --out talk; }

remembers() {
    printf '%s\n' 'i am dan' 'this is bob' 'who is it' >asked
    talk --max-len 0 <asked >said
    cat said
    [ "$(paste -sd, said)" = 'hello dan,hello bob,bob' ]
    talk --max-len 0 -e 'i am cid' -e 'this is dan' -e 'who is it' >said
    cat said
    [ "$(paste -sd, said)" = 'hello cid,hello dan,dan' ]
}

empty_line_forgets() {
    printf 'who is it\n' | talk >first
    printf '%s\n' 'i am dan' 'this is bob' '' 'who is it' '' 'i am ann' 'this is bob' \
        'who is it' | talk >said
    cat said
    [ "$(sed -n 3p said)" = '' ]
    [ "$(sed -n 4p said)" = "$(cat first)" ]
    [ "$(sed -n 8p said)" = bob ]
}

# the talk in one line, and lines that are answered alone
turns_in_a_line() {
    talk -e 'this is cid __eou__ hello cid __eou__ who is it' >said
    cat said
    [ "$(cat said)" = cid ]
    printf 'who is it\n' | talk >first
    printf '%s\n' 'this is bob' 'who is it' | talk --context 0 >said
    cat said
    [ "$(sed -n 2p said)" = "$(cat first)" ]
    [ "$(printf 'this is bob\n' | talk --context 0 --nbest 2 --beam 2 | wc -l)" = 2 ]
    not talk --nbest 2 --beam 2 <asked 2>message
    cat message
    grep -q 'unless --context is 0' message
}

refused_line_changes_nothing() {
    printf '%s\n' 'i am dan' 'this is bob' "$(printf 'who \377')" '   ' 'who is it' |
        talk >said 2>message || :
    cat said message
    [ "$(sed -n 5p said)" = bob ]
}

# max-len=1 stands in the model; the command line comes after it; /model takes it along
has_its_own_mind() {
    [ "$(talk -e 'i am dan')" = hello ]
    [ "$(talk -e 'i am dan' --max-len 0)" = 'hello dan' ]
    "$SEQSH" export talk --to seqsh --out other.safetensors --decode 'max-len=2 block=3'
    [ "$("$SEQSH" other -e 'i am dan')" = 'hello dan' ]
    "$SEQSH" inspect other >table
    grep 'decode' table
    not "$SEQSH" export talk --to seqsh --out no.safetensors --decode 'blok=3' 2>message
    cat message
    grep -q "did you mean 'block'" message
    "$SEQSH" train talk.conf --no-ui --set epochs=0.1 --set 'decode=what=3' --out odd
    not "$SEQSH" odd -e hello 2>message
    cat message
    grep -q "decode: unknown setting 'what'" message
}

check 'trains on a dialogue with context' trains
check 'remembers the turns before' remembers
check 'an empty line makes it forget' empty_line_forgets
check 'turns in one line, lines alone' turns_in_a_line
check 'a line that is refused is not remembered' refused_line_changes_nothing
check 'answers by its own settings, then by the command line' has_its_own_mind
