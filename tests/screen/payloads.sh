# payloads.sh - what terminals obey, or show otherwise than it is, in every place where it
# can stand: on the screen there are visible symbols alone, and all of them.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-payloads.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT

# A name; the bytes, as printf %b takes them; what is to be seen of them.
families() {
    cat <<'EOF'
title     \033]2;PWN\007           ␛]2;PWN␇
clipboard \033]52;c;UFdO\007       ␛]52;c;UFdO␇
link      \033]8;;PWN\033\\x       ␛]8;;PWN␛\x
dcs       \033Ptmux;PWN\033\\      ␛Ptmux;PWN␛\
apc       \033_PWN\033\\           ␛_PWN␛\
privacy   \033^PWN\033\\           ␛^PWN␛\
moves     \033[9APWN               ␛[9APWN
erase     \033[2JPWN               ␛[2JPWN
report    \033[6nPWN               ␛[6nPWN
open      \033]0;PWN               ␛]0;PWN
reset     \033cPWN                 ␛cPWN
screen    \033[?1049hPWN           ␛[?1049hPWN
csi       \302\2332JPWN            \u009b2JPWN
osc       \302\2352;PWN\302\234    \u009d2;PWN\u009c
back      PWN\010\010              PWN␈␈
bell      PWN\007                  PWN␇
delete    PWN\177                  PWN␡
bidi      PWN\342\200\256          PWN\u202e
isolate   \342\201\247PWN          \u2067PWN
zero      PWN\342\200\213          PWN\u200b
joiner    PWN\342\200\215          PWN\u200d
mark      PWN\357\273\277          PWN\ufeff
soft      PWN\302\255              PWN\u00ad
private   PWN\356\200\200          PWN\ue000
tag       PWN\363\240\201\201      PWN\U000e0041
lines     PWN\342\200\250          PWN\u2028
EOF
}

each() { # COMMAND ARGS...: is called with the name, the bytes, and what is seen
    local name bytes seen
    while read -r name bytes seen; do
        "$@" "$name" "$(printf '%b.' "$bytes")" "$seen"
    done < <(families)
}

# Models that say them: token by token, so that every sequence is cut; and as one word.
add_row() { printf '%s\t%s\n' "$1" "${2%.}"; }
each add_row >"$models/bad.tsv"
printf '%s\n' "data = $models/bad.tsv" 'length = free' 'arch = attention' 'hidden = 64' \
    'lr = 0.02' 'epochs = 150' 'batch = 26' 'valid = 0' >"$models/bad.conf"
"$SEQSH" train "$models/bad.conf" --no-ui --out "$models/pieces" >/dev/null
"$SEQSH" train "$models/bad.conf" --set tokenizer=word --set arch=transfer --no-ui \
    --out "$models/words" >/dev/null

shown() { hist | grep -qF -- "$1"; } # tmux keeps wide lines together
is_shown() { shown "$3" || { echo "$1 is not seen: $3" && return 1; }; }
wait_shown() { wait_until shown "$3" || { echo "$1 is not seen: $3" && return 1; }; }

# No control beside those of plain text, and nothing of what the families hide.
is_plain() {
    not grep -aq "$(printf '[\001-\006\020-\032\034-\037\177]')" raw
    iconv -f UTF-8 -t UCS-4BE raw >/dev/null
    not grep -aqP '\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' raw
    not grep -aqP '\xf3\xa0|\xef\xbb\xbf|\xc2\xad|\xee\x80\x80' raw
}

untouched() {
    asks_nothing
    is_plain
    [[ $(flags) != *PWN* ]]
    [ -z "$(clipboard)" ]
}

# --- places ---

ask() {
    line "$1"
    wait_shown "$@"
}

in_tokens() { # ARGS: of seqsh
    start_raw "$SEQSH" "$models/pieces" "$@"
    waitfor '^>$'
    each ask
    line '/probs num'
    line title
    waitfor ' </s> '
    line '/near 2'
    waitfor 'states most like'
    line /attn
    line '/why 2'
    waitfor '^without'
    untouched
}

# As the rows of every pane do, the longest too.
ends_in_its_frame() {
    local rows
    rows=$(screen | sed -n '2,47p')
    [ "$(grep -cE '[│┃┐┘┓┛]$' <<<"$rows")" = 46 ] || { echo "$rows" && return 1; }
    [ "$(while read -r row; do wc -L <<<"$row"; done <<<"$rows" | sort -u)" = 160 ]
}

look() {
    ask "$@"
    wait_until ends_in_its_frame
}

in_panes() {
    start_raw "$SEQSH" "$models/pieces" --ui --attn
    waitfor ' transcript '
    each look
    untouched
}


# A line separator parts words.
has_piece() {
    [ "$1" = lines ] || wait_shown "$@"
}

in_the_vocabulary() {
    start_raw "$SEQSH" "$models/words"
    waitfor '^>$'
    line /vocab
    each has_piece
    line /top
    line '/beam 3'
    line title
    line /beamtree
    waitfor 'finished, '
    untouched
}

# The reader cleans what it lists; what it says of that is clean as well.
in_a_corpus() {
    start_raw sh -c '"$SEQSH" corpus inspect "$0"; "$SEQSH" corpus stats "$0"; echo over; cat' \
        "$models/bad.tsv"
    waitfor '^over'
    hist | grep -qF ']2;PWN'
    untouched
}

# Put into a checkpoint in place of the name of its data, as JSON within JSON.
falsify() {
    local text
    text=$(printf '%s' "${2%.}" | iconv -t UTF-16BE | od -An -v -tx1 | tr -d ' \n' |
        sed 's/..../\\\\u&/g')
    text=$text${long:${#text}}
    LC_ALL=C sed "s/$long/${text//\\/\\\\}/" long/model.safetensors >"$1.safetensors"
    not cmp -s long/model.safetensors "$1.safetensors"
}

open_it() {
    line "/model $1"
    wait_until eval 'shown "from $3" || shown "control characters"'
    "$SEQSH" inspect "$1" >>inspected 2>&1 || :
    line /clear
}

in_checkpoints() {
    printf -v long '%120s' ''
    long=${long// /P}
    add_row a b. >"$long"
    printf '%s\n' "data = $long" 'format = tsv' 'length = free' 'hidden = 4' 'epochs = 1' \
        'valid = 0' >tiny.conf
    "$SEQSH" train tiny.conf --no-ui --out long >/dev/null
    each falsify
    start_raw "$SEQSH" --no-history
    waitfor '^>$'
    each open_it
    untouched
    not grep -aq "$esc" inspected
}

copy_model() {
    cp "$models/words/model.safetensors" "${2%.}.safetensors"
}

in_names_of_files() {
    each copy_model
    start_raw sh -c 'for m in *.safetensors; do "$SEQSH" inspect "$m"; "$SEQSH" inspect "no$m"; done
        exec "$SEQSH" --no-history'
    waitfor '^>$'
    each is_shown
    line /clear
    line /model
    waitfor 'words|PWN.u202e$'
    each wait_shown
    untouched
}

make_run() {
    cp -r "$models/words" "runs/${2%.}"
}

in_names_of_runs() {
    mkdir runs
    each make_run
    start_raw sh -c '"$SEQSH" runs; for r in runs/*; do "$SEQSH" get "$r" nothing; done; echo over
        cat'
    waitfor '^over'
    each is_shown
    untouched
    start_raw "$SEQSH" watch runs
    each wait_shown
    untouched
}

take_note() {
    "$SEQSH" ctl run note "${2%.}" >/dev/null
    wait_shown "$@"
}

in_notes() {
    cp -r "$models/words" run
    start_raw "$SEQSH" attach run
    waitfor 'events'
    each take_note
    untouched
}

paste_it() {
    paste "${2%.}"
    t delete-buffer # untouched() looks for others
    wait_shown "$@"
    keys C-u
}

pasted() {
    start_raw "$SEQSH" --no-history "$@"
    waitfor '^>$'
    each paste_it
    paste "$(printf 'a\033[201~/quit\nb')"
    wait_until shown 'a␛[201~/quit'
    keys C-u
    paste "$(printf '\233x')" # no UTF-8
    wait_until shown '\x9bx'
    t delete-buffer
    t delete-buffer
    untouched
}

# In the C locale they have other symbols, and there is no byte outside of ASCII.
in_ascii() {
    start_raw "$SEQSH" "$models/pieces"
    waitfor '^>$'
    line title
    wait_until shown '^[]2;PWN^G'
    line bidi
    wait_until shown 'PWN\u202e'
    line csi
    wait_until shown '\u009b2JPWN'
    line tag
    wait_until shown 'PWN\U000e0041'
    keys F2
    waitfor ' transcript '
    line title
    line csi
    waitfor 'step 1 of'
    untouched
    not grep -aq "$(printf '[\200-\377]')" raw
}

W=160 H=50
scenario 'said by a model, over several tokens' in_tokens
scenario 'the same for ears' in_tokens --plain
scenario 'said in the full screen' in_panes
scenario 'in a vocabulary' in_the_vocabulary
scenario 'in a corpus' in_a_corpus
scenario 'in checkpoints' in_checkpoints
scenario 'in names of files' in_names_of_files
H=120 scenario 'in names of runs' in_names_of_runs
scenario 'in notes' in_notes
scenario 'in pasted text' pasted
scenario 'in text pasted into the full screen' pasted --ui
LOC=C scenario 'in the C locale' in_ascii
