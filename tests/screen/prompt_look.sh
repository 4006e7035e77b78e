# prompt_look.sh - looking into answers and steering them, with a small model that attends.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-models.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT
"$SEQSH" train dialog6 --set arch=attention --no-ui --out "$models/talk" >/dev/null

# a line of its corpus, and the next
ask='hello , is anybody there ?'
answer='yes , i am here and listening \.'

prompt() { # ARGS: of seqsh
    start "$SEQSH" "$models/talk" "$@"
    waitfor '^>$'
}

asked() { # ARGS: of seqsh
    prompt "$@"
    line "$ask"
    waitfor "^$answer +p [.1][0-9]*  H "
}

# --- attention ---

# The weights, a step a line, as the program says them without a terminal.
weights() {
    "$SEQSH" "$models/talk" -e "$ask" --json | grep -oE '"attention":\[[^]]*\]' |
        sed 's/[^0-9.e,-]//g; s/^[^0-9]*//; s/,/ /g'
}

# The glyphs of the map as digits, from 0 for the least; of each cell the first.
levels() {
    sed 's/░/1/g; s/▒/2/g; s/▓/3/g; s/█/4/g' | sed 's/^.\{13\}//' |
        awk -v ramp="$1" '{
            for (j = 0; j < 6; j++) {
                glyph = substr($0 "                                                ", 8 * j + 1, 1)
                level = glyph ~ /[0-9]/ ? glyph : index(ramp, glyph) - 1
                printf "%d%s", level, j < 5 ? " " : "\n"
            }
        }'
}

map_equals_json() { # MOST: the greatest level
    local rows
    asked --attn
    waitfor '^ +</s> '
    weights >weights
    rows=$(wc -l <weights)
    [ "$rows" = 9 ]
    screen | grep -A 9 '^ *hello .* anybody ' | tail -n 9 >map
    grep -qE '^ +listening ' map
    levels ' .:-=+*#%@' <map >seen
    awk -v most="$1" '{ for (j = 1; j <= NF; j++)
        printf "%d%s", int($j * most + .5), j < NF ? " " : "\n" }' weights >wanted
    cmp wanted seen
    grep -q '[2-9]' seen
    awk '{ sum = 0; for (j = 1; j <= NF; j++) sum += $j
           if (NF != 6 || sum < .9999 || sum > 1.0001) exit 1 }' weights
}

attends_where_it_is_told() {
    asked
    line '/attend 2 hello'
    waitfor "looks at 'hello' at 2"
    sees '^  A  yes , '
    sees '^  B  yes'
    line /attn
    waitfor '^ +</s>'
    screen | grep -A 2 '^ *hello' | sed -n 3p | grep -qE '^ +[^ ]+  (█{7}|@{7})$'
    line '/attend 2 nowhere'
    waitfor "no 'nowhere' in the source"
    line '/attend 12 1'
    waitfor 'no token 12: count from 1 to 9'
    line '/attn --json'
    wait_until eval 't capture-pane -J -p -t t | grep -qF "\"attention\":[1.0,0.0,0.0,0.0,0.0,0.0]"'
}

# --- other tokens ---

other_tokens() {
    local other
    asked
    line '/why 4'
    waitfor '^without +hello'
    sees '^> +1 am +\.[0-9]{3} +1\.000 +[█#]+ +taken$'
    other=$(screen | grep -oE '^   3 [^ ]+' | sed 's/^   3 //')
    line '/alt 4 3'
    waitfor "'$other' forced at 4"
    sees "^  A  $answer"
    sees "^  B  yes , i $other"
    sees '^ +\^+$'
    line '/force 1 you'
    waitfor "^  C  you.*'you' forced at 1"
    line '/force 1 nonsense'
    waitfor "cannot say 'nonsense'"
    line '/force 1'
    waitfor 'which token'
    line /branches
    waitfor '^  current: C'
    [ "$(screen | grep -cE '^  [ABC]  ')" -ge 6 ]
    line '/branch a'
    line '/why 1 --json'
    wait_until eval 't capture-pane -J -p -t t | grep -q "^{\"step\":1,\"token\":\"yes\""'
    line '/diff a b'
    waitfor 'log-probability -'
    line '/diff a a'
    waitfor 'that is one answer'
}

begins_and_goes_on() {
    asked
    line '/prefix yes i'
    waitfor "^  B  yes i .*beginning 'yes i'"
    line '/branch A'
    line /continue
    waitfor "^  C  $answer .*goes on instead of ending"
    line '/mask there'
    waitfor "^  D  .*without 'there'"
    line /regen
    waitfor "^  E  $answer .*once more"
    line '/prefix nonsense'
    waitfor "cannot say all of 'nonsense'"
}

stopped_and_continued() {
    prompt
    line '/pace 200'
    line "$ask"
    waitfor '^yes ,'
    keys C-c
    waitfor '\^C stopped after'
    line '/pace 0'
    line /continue
    waitfor "^  B  $answer .*goes on"
}

# The tree's answer is the reported one; beams of width one are argmax (R25, R26).
beams_as_trees() {
    asked --timing
    line /beamtree
    waitfor 'no beam is searched'
    line '/beam 3'
    line "$ask"
    line /beamtree
    waitfor '^  [0-9]+ finished, [0-9]+ pruned'
    screen | grep -oE 'log p -[0-9.]+' | tail -n 1 | sed 's/log p //' >reported
    screen | grep -oE -- '-[0-9.]+ \*$' | sed 's/ \*//' | cmp - reported
    sees '^  <s> ─┬─ yes ─┬─ , '
    sees 'pruned at step [0-9]+$'
    sees_not '─ [a-z]+$' # every leaf has a note
    line '/beam 1'
    line /clear
    line "$ask"
    waitfor "^$answer +p "
    line '/branches'
    waitfor 'current: A'
}

puts_others_in() {
    asked
    line '/sub there 5'
    waitfor "in place of 'there' at 5, the nearest first; [0-5] of 5 leave"
    [ "$(screen | grep -cE '^  [^ ]+ +(=|[a-z,])? .* p ')" -ge 5 ]
}

counts_draws() {
    asked
    line '/set seed 3'
    line '/set temp 2'
    line '/sample 25'
    waitfor '25 answers, [0-9]+ different.*seeds from 3'
    screen | sed -n '/sample 25/,/25 answers/p' | grep -v answers | grep -oE '^ +[0-9]+ ' |
        awk '{ sum += $1 } END { exit !(sum > 1 && sum <= 25) }'
}

nothing_to_look_into() {
    start "$SEQSH"
    waitfor '^>$'
    for command in /attn /why '/alt 1' '/force 1 2' '/attend 1 1' /continue /branches /top \
        '/sub 1' '/sample 3' /regen '/mask 1' '/pipe cat'; do
        line /clear
        line "$command"
        waitfor 'there is no answer yet'
    done
    line 10+12
    waitfor '^22 '
    line /attn
    waitfor 'no attention: its arch is transfer'
    line '/attend 1 1'
    waitfor '> /attend 1 1'
    line '/alt 1 2'
    waitfor '^  B  .*forced at 1'
}

# --- notes ---

notes_beneath() {
    prompt --entropy --timing
    line "$ask"
    waitfor '^  [0-9]+ tokens/s, the first after [0-9.]+ ms'
    sees '^  [▁▂▃▄▅▆▇█_.:=+*#%@-]{9}  most at [0-9] .* bit$'
    line '/entropy off'
    line '/timing off'
    line /clear
    line "$ask"
    waitfor "^$answer"
    line '/top 2'
    waitfor '^ +9  </s> '
    line /stats
    waitfor '^questions +2, answers 2, tokens 18$'
}

in_words() {
    prompt --plain --entropy
    line "$ask"
    waitfor 'entropy of the tokens in bit: [0-9.]+'
    line /attn
    waitfor "^token 9 '</s>' looks mostly at source [1-6] "
    sees_not '[░▒▓█▁]'
    prompt
    line "$ask"
    line /describe
    waitfor "^token 9 '</s>' looks mostly at source [1-6] '.*', 0\.[0-9]+$"
}

doubt_is_underlined() {
    asked
    line '/alt 1 4'
    line '/set temp 9'
    line /sample
    line '/seed 1'
    line "$ask"
    waitfor 'seed 1$'
    screen_sgr | grep -q "$(printf '\033\\[4;*[0-9;]*m')"
}

ascii_only() {
    asked --attn --entropy --probs=num
    line '/why 2'
    waitfor '^without'
    line '/alt 2 2'
    line '/attend 2 1'
    waitfor '^  C  '
    hist >all
    ! LC_ALL=C grep '[^ -~]' all
}

# --- the session ---

one_token_for_each_enter() {
    prompt
    line '/step on'
    line "$ask"
    waitfor '^yes$'
    keys Enter
    waitfor '^yes ,$'
    type_ x # nothing but Enter goes on
    keys Enter
    waitfor '^yes , i$'
    keys C-c
    waitfor '\^C stopped after 3 tokens'
    line '/step off'
    line "$ask"
    waitfor "^$answer"
}

runs_files() {
    printf '%s\n' '# a comment' "$ask" '' '/set temp 2' >lines
    printf '/source round\n' >round
    prompt
    line '/source lines'
    waitfor 'temperature 1 → 2'
    sees "^> hello"
    sees "^$answer"
    sees_not comment
    line '/source round'
    waitfor '8 deep: this goes round'
    line '/source nowhere'
    waitfor "cannot open 'nowhere'"
    line '/history grep source'
    waitfor '3  /source nowhere'
}

edits() {
    cat >ed <<'END'
#!/bin/sh
[ -t 0 ] && stty -a | grep -q ' icanon' && grep -q 1234 "$1" && echo "/set temp 3" >"$1"
END
    chmod +x ed
    ENVX=(VISUAL="$D/ed")
    prompt
    line '/edit 1234'
    waitfor 'temperature 1 → 3'
    ENVX=(EDITOR=false)
    prompt
    line '/edit'
    waitfor "'false' failed with status 1"
    line '/set temp 4'
    waitfor 'temperature 1 → 4'
}

pipes() {
    asked
    line '/pipe tr a-z A-Z; printf "\033]2;PWNED\007\033[2J"'
    waitfor 'YES , I AM HERE'
    waitfor '␛]2;PWNED␇␛\[2J'
    flags | grep -qv PWNED
    line '/pipe exit 3'
    waitfor 'failed with status 3'
    line '/pipe sleep 100'
    keys C-c
    waitfor 'died of signal 2'
    line '/set temp 4'
    waitfor 'temperature 1 → 4'
}

watches() {
    prompt
    line "/watch .1 $ask"
    wait_until eval '[ "$(screen | grep -cE "^$answer")" -ge 3 ]'
    keys C-c
    waitfor '^>$'
    line '/watch 2'
    waitfor 'how often, and what'
}

exports() {
    asked
    line '/alt 2 2'
    waitfor '^  B'
    line '/export tsv out.tsv'
    waitfor '2 answers in out.tsv'
    [ "$(cut -f 2 out.tsv | tr '\n' ' ')" = 'branch A B ' ]
    [ "$(awk -F '\t' 'NF != 8' out.tsv | wc -l)" = 0 ]
    grep -q "forced at 2" out.tsv
    line '/export json out.json'
    waitfor '2 answers in out.json'
    [ "$(grep -c '^{"question":"hello' out.json)" = 2 ]
    line '/export json out.json'
    waitfor 'it exists'
    line '/export md'
    waitfor '^\*\*hello , is anybody there'
}

completes() {
    asked
    type_ '/atte'
    keys Tab
    waitfor '^> /attend$'
    type_ '2 he'
    keys Tab
    waitfor '^> /attend 2 hello$'
    keys C-c
    type_ '/force 1 lis'
    keys Tab
    waitfor '^> /force 1 listening$'
}

LOC=C scenario 'R24 the map in ASCII has the numbers of --json' map_equals_json 9
scenario 'R24 the map in UTF-8 has the numbers of --json' map_equals_json 4
W=120 scenario 'R23 attention goes where /attend says' attends_where_it_is_told
H=60 scenario 'R21 R22 /why, /alt and /force: other tokens, branches' other_tokens
scenario '/prefix, /continue, /mask, /regen' begins_and_goes_on
scenario 'a stopped answer goes on' stopped_and_continued
W=160 scenario 'R25 R26 /beamtree: the tree of a beam' beams_as_trees
scenario '/sub puts other words in' puts_others_in
scenario '/sample N counts answers' counts_draws
scenario 'commands say when there is nothing to look into' nothing_to_look_into
scenario 'entropies, times, tables, statistics' notes_beneath
scenario '--plain says it in words' in_words
scenario 'doubtful tokens are underlined' doubt_is_underlined
LOC=C scenario 'the C locale gets ASCII here, too' ascii_only
scenario '/step: a token for each Enter' one_token_for_each_enter
scenario '/source runs files' runs_files
scenario '/edit starts an editor' edits
scenario '/pipe starts a filter, whose output is made safe' pipes
scenario '/watch asks again and again' watches
scenario '/export writes new files' exports
scenario 'places and tokens are completed' completes
