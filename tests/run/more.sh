# More pairs: of a second file, the other way round, and of what two models write.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-more.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

awk 'BEGIN {
    split("one two three four five six seven", en)
    split("uno dos tres cuatro cinco seis siete", es)
    for (i = 1; i <= 7; i++)
        for (j = 1; j <= 7; j++)
            print en[i] " and " en[j] "\t" es[i] " y " es[j]
}' >all.tsv
awk -F '\t' '{ print $2 "\t" $1 }' all.tsv >turned.tsv
awk 'NR % 7 == 3' all.tsv >held.tsv
awk -F '\t' '{ print $2 "\t" $1 }' held.tsv >held-turned.tsv
head -n 30 all.tsv >some.tsv
tail -n +31 all.tsv >rest.tsv
cat >words.conf <<'CONF'
tokenizer = word
length = free
arch = attention
hidden = 16
batch = 10
lr = 0.01
epochs = 3
CONF

train() { "$SEQSH" train words.conf --no-ui "$@"; }
weights() {
    local header
    header=$(od -An -t d8 -N 8 "$1/model.safetensors")
    tail -c +$((8 + header + 1)) "$1/model.safetensors" | sha256sum
}

two_files_are_one() {
    train --set data=all.tsv --set valid_data=held.tsv --out one
    train --set data=some.tsv --set more=rest.tsv --set valid_data=held.tsv --out two
    train --set data=some.tsv --set valid_data=held.tsv --out part
    [ "$(weights one)" = "$(weights two)" ]
    [ "$(weights one)" != "$(weights part)" ]
}

other_direction() {
    train --set data=turned.tsv --set valid_data=held-turned.tsv --out turned
    train --set data=all.tsv --set valid_data=held.tsv --set swap=yes --out swapped
    [ "$(weights turned)" = "$(weights swapped)" ]
    [ "$(weights one)" != "$(weights swapped)" ]
    "$SEQSH" eval swapped held.tsv --metric bleu | grep BLEU >as_it_is
    "$SEQSH" eval turned held-turned.tsv --metric bleu | grep BLEU >by_hand
    cmp as_it_is by_hand
    echo 'uno y dos' | "$SEQSH" swapped | grep -E '^(one|two|three|four|five|six|seven|and| )+$'
}

# what is measured is the file's own, without what was made
measured_alone() {
    mv rest.tsv away.tsv
    "$SEQSH" eval two held.tsv | grep '^answers  *7$'
    mv away.tsv rest.tsv
}

wrong_settings() {
    not train --set data=some.tsv --set more=none.tsv --set valid_data=held.tsv --out no1 2>err
    cat err
    grep -q "more: there is no file 'none.tsv' here: make it, or leave more empty" err
    not train --set data=some.tsv --set more=rest.tsv --out no2 2>err
    cat err
    grep -q 'more is learned from, and nothing of it held out: set valid_data' err
    not "$SEQSH" train arithmetic --no-ui --set swap=yes --out no3 2>err
    cat err
    grep -q "examples of 'arithmetic' are made, not read: leave out swap and more" err
    not train --set data=talk.tsv --set swap=yes --set context=1 --out no4 2>err
    cat err
    grep -q 'swap would put replies before what they answer' err
}

two_models_write() {
    SEQSH=$SEQSH "$SRCDIR/corpora/more" all.tsv swapped one >more.tsv
    cat more.tsv
    [ "$(sort -u more.tsv | wc -l)" -eq "$(wc -l <more.tsv)" ]
    not grep -qxFf all.tsv more.tsv
    [ "$(awk -F '\t' 'NF != 2 || $1 == "" || $2 == ""' more.tsv | wc -l)" -eq 0 ]
    { cut -f1 all.tsv | "$SEQSH" one | paste <(cut -f1 all.tsv) -
      cut -f2 all.tsv | "$SEQSH" swapped | paste - <(cut -f2 all.tsv); } |
        grep -vxFf all.tsv | awk -F '\t' '$1 != "" && $2 != ""' | sort -u >wanted
    [ -s wanted ]
    [ -z "$(sort -u more.tsv | comm -23 wanted -)" ]
    train --set data=all.tsv --set more=more.tsv --set valid_data=held.tsv --out student
    SEQSH=$SEQSH "$SRCDIR/corpora/more" all.tsv swapped >back.tsv
    [ -z "$(sort more.tsv | comm -13 - <(sort back.tsv))" ]
    not cmp -s more.tsv back.tsv
    not "$SRCDIR/corpora/more" nothing.tsv one 2>err
    grep -q "^more: there is no file 'nothing.tsv' here$" err
}

check 'two files are learned from as one' two_files_are_one
check 'the other direction is that of the file turned round' other_direction
check 'more is not looked for when a model is measured' measured_alone
check 'what cannot be is refused by name' wrong_settings
check 'what two models write is new, and all of it there' two_models_write
