# prompt_mock.sh - what the prompt was drawn to show, before it was written: each piece of
# information is on the real screen, at 80x24 in the C locale and at 200x50 in UTF-8.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-models.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT
"$SEQSH" train dialog6 --set arch=attention --no-ui --out "$models/talk" >/dev/null

ask='hello , is anybody there ?'

# SCREEN: what is on it now
take() { hist >"$D/$1"; }

look_inline() {
    start "$SEQSH" "$models/talk"
    waitfor '^>$'
    line '/attn on'
    line "$ask"
    waitfor '^ +</s>'
    line '/alt 2 2'
    waitfor '^  B  '
    take inline
    line /quit
    exits 0
}

look_around() {
    start "$SEQSH" "$models/talk" --ui
    waitfor ' transcript '
    line '/beam 3'
    line "$ask"
    waitfor 'step 1 of 9'
    take answer
    line '/entropy on'
    line '/timing on'
    line "$ask"
    waitfor 'tokens/s'
    take notes
    type_ '10+1'
    waitfor '^> 10\+1$'
    take typed
    keys C-u F6 Right
    waitfor 'step 2 of 9'
    take why
    type_ b
    take beam
    keys Down Down Down Down Down Down Down Down
    waitfor 'pruned at step'
    take tree
    type_ a+
    waitfor 'from 0\.05'
    take attn
    keys F11
    wait_gone ' beam  k='
    take map
    keys F11 F6
    waitfor '^ F6 panes'
    line '/entropy off'
    line '/timing off'
    keys F6 Down Enter
    waitfor '^.> /alt 2 2'
    take steered
    type_ 5
    waitfor 'state  decoder'
    type_ i
    waitfor '  at [0-9]'
    take state
}

# Which screen, at which size ("both", 80 or 200), what it tells, and how that looks.
information() {
    cat <<'EOF'
inline   both  the question                 ^> hello , is anybody there \?$
inline   both  the answer                   ^yes , i am here and listening \.
inline   both  its probability              p \.9[0-9]*
inline   both  its entropy                  H [0-9.]+ bit
inline   both  its tokens and the time      [0-9]+ tok  [0-9.]+ ms$
inline   both  the map: the source          hello +, +is +anybody +there +\?
inline   both  the map: the answer          ^ +listening
inline   80    the map: levels              [.:=+*#%@-]{4}
inline   200   the map: levels              [░▒▓█]{4}
inline   both  the other answer             ^  B  yes
inline   both  what forced it               forced at 2
inline   both  how likely that was          p [0-9.e-]+  '.*' forced at 2
answer   both  the program                  ^ seqsh
answer   both  the model                    ^ seqsh  talk
answer   both  its cell and architecture    ^.*lstm attention
answer   80    its width                    ^.*  h64
answer   200   its layers and width         ^.*  1x64
answer   200   that it reads both ways      ^.*bilstm
answer   200   its score                    ^.*attention additive
answer   200   its vocabularies             vocab [0-9]+/[0-9]+
answer   both  the decoder                  ^.*beam k=3
answer   80    keys: help and inline        F1 help  F2 inline$
answer   200   keys of the screen           F1 help  F2 inline  F3 chat  F4 layout$
answer   both  the transcript               transcript
answer   both  the question                 > hello , is anybody there \?
answer   both  the answer                   yes , i am here and listening \.
answer   both  its figures                  p \.9[0-9]*  H [0-9.]+ bit
notes    both  tokens a second              [0-9]+ tokens/s
notes    both  its log-probability          log p( -[0-9.]+|\|\|)
notes    both  entropies of the tokens      most at [0-9]
answer   both  which token is looked into   \[yes\]
answer   both  its place                    step 1 of 9  'yes'
answer   both  its probability and entropy  step 1 of 9  'yes'  p \.[0-9]+  H [0-9.]+
answer   both  where it looks               attends  [^ ]+ \.[0-9]+  [^ ]+ \.[0-9]+
answer   both  sum of log-probabilities     cum logp -[0-9.]+
answer   both  the runner-up                2nd '.*' [0-9.e-]+
answer   both  keys of the line             F6 panes +PgUp PgDn scroll +Tab complete
answer   200   the settings                 ^ /set +decoder beam
answer   200   the history, the terminal    history [0-9]+  UTF-8  256 colours$
typed    both  the line                     ^> 10\+1$
why      both  the token                    why  '.' \(step 2\)
why      both  its probability              \(step 2\)  p \.[0-9]+
why      200   entropy, rank, decoder       H [0-9.]+ bit  rank 1  beam
why      both  columns                      token +p_base p_final
why      both  the one that was taken       > 1\* , +\.[0-9]{3} +\.[0-9]{3}
why      both  another                      2  [^ ]+ +\.[0-9]{3} +\.[0-9]{3}
why      80    a bar                        \.[0-9]{3} #+
why      200   a bar                        \.[0-9]{3} █+
why      80    what became of them          - beam|kept
why      200   what became of them          cut by beam|kept, too
why      both  the others                   [0-9]+ more +\.[0-9]{3}
why      200   what it does not know        unknown 0 of 6
why      200   how to change the odds       \[ \] \{ \} change T, top-p
why      80    keys                         Esc line  Tab focus  <-/-> token  up/dn other
why      80    how to go on                Enter go on
why      200   keys                         ←/→ token  ↑/↓ other  Enter go on  o without .*e edit
beam     both  width and normalisation      beam  k=3  normalize
beam     both  a leaf and the answer        -[0-9]+\.[0-9]+ \*
tree     both  what was pruned              pruned at step [0-9]
beam     both  how many                     [0-9]+ finished, [0-9]+ pruned
beam     both  hypotheses                   >1 +yes
beam     both  keys                         g, G hypothesis  Enter adopt  m pruned
attn     both  the threshold                from 0\.05
attn     both  the axes                     source (→|->)
attn     both  pieces of the source         hello
attn     both  tokens of the answer         > +, |> , |>        ,
attn     both  the cell and its number      2 ',' looks at 1 hello  \.[0-9]+
attn     both  coverage                     coverage  hello [0-9.]+
attn     80    the scale                    0 " \.:-=\+\*#%@" 1
attn     200   the scale                    0 " ░▒▓█" 1
attn     200   the alignment                alignment  1-[0-9] 2-[0-9]
attn     both  keys                         arrows cell  f force  x mask  n norm
map      both  all of the map               listening
steered  both  the command                  > /alt 2 2
steered  both  both answers                 B  yes
steered  200   the branches, how they differ  > B  yes .* p .*-[0-9.]+
steered  200   the other one                A  yes .* p \.9[0-9]*  -[0-9.]+  +\+[0-9.]+
state    both  the step                     state  decoder, step 2
state    both  length and change            units  length [0-9.]+
state    both  change                       change from step 1  [0-9.]+
state    both  saturation                   beyond \.95  [0-9.]+ %
state    both  gates                        gates of layer 1 of 1
state    80    the input gate               input +\.[0-9]+ +[_.:=+*#%@-]{20}
state    200   the input gate               input +\.[0-9]+ +[▁▂▃▄▅▆▇█]{20}
state    both  the forget gate              forget +\.[0-9]+
state    both  the output gate              output +\.[0-9]+
state    both  the nearest of the training  hello , is anybody there \?  (→|->)  yes
EOF
}

has_all() { # SIZE
    local name size rest what pattern missing=0
    while read -r name size rest; do
        what=${rest%%  *}
        pattern=$(sed 's/^ *//' <<<"${rest#"$what"}")
        [ "$size" = both ] || [ "$size" = "$1" ] || continue
        grep -qE -- "$pattern" "$D/$name" && continue
        echo "$name lacks $what: $pattern"
        missing=$((missing + 1))
    done < <(information)
    [ "$missing" = 0 ] || head -n 60 "$D"/{answer,why,beam,attn,steered,state}
    [ "$missing" = 0 ]
}

shows() { # SIZE
    look_inline
    look_around
    [ "$(information | wc -l)" -gt 70 ]
    has_all "$1"
    [ "$1" = 200 ] && return
    ! LC_ALL=C grep "[^ -~]" $(information | sed "s, .*,,; s,^,$D/," | sort -u)
}

LOC=C scenario 'all of it at 80x24 in the C locale' shows 80
W=200 H=50 scenario 'all of it at 200x50 in UTF-8' shows 200
