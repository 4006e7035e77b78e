# prompt_session.sh - the session as a whole: kept and brought back, taken back, followed.

. "$(dirname "$0")/harness.sh"

models=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-models.XXXXXX")
trap 'rm -rf "$models"; clean_up; tap_end' EXIT
"$SEQSH" train dialog6 --set arch=attention --no-ui --out "$models/talk" >/dev/null
"$SEQSH" train dialog6 --set stateful=yes --no-ui --out "$models/memory" >/dev/null

ask='hello , is anybody there ?'
answer='yes , i am here and listening \.'

prompt() { # ARGS: of seqsh
    start "$SEQSH" "$@"
    waitfor '^>$'
}

comes_back() {
    prompt "$models/talk"
    line /sample
    line '/set temp 2'
    line '/seed 4'
    line "$ask"
    waitfor 'seed 4$'
    line '/alt 2 2'
    waitfor '^  B  '
    line '/save kept'
    waitfor '^2 answers and the settings are in kept'
    line '/save kept'
    waitfor "cannot write 'kept': it exists"
    keys C-d
    exits 0
    hist | grep -E '^  [AB]  ' | sed 's/ *p [.0-9].*//' >was
    prompt
    line 1+2
    waitfor '^3 '
    line '/load kept'
    waitfor '^talk: 2 answers$'
    sees "^> $ask"
    screen | grep -E '^  [AB]  ' | sed 's/ *p [.0-9].*//' >is
    diff was is
    line '/set temp'
    waitfor '^temperature +2 '
    line '/why 1'
    waitfor "^token 1 '"
    line '/branch A'
    line '/alt 1 2'
    waitfor '^  C  .*forced at 1'
    line /stats
    waitfor '^questions +1, answers 3'
}

refuses_what_is_no_session() {
    prompt "$models/talk"
    line "$ask"
    waitfor "^$answer"
    line '/save kept'
    waitfor '^1 answer and'
    echo '{"seqsh": 1' >half
    line '/load half'
    waitfor 'no session of seqsh: line 2'
    sed 's/"said": \[/"said": [ 999,/' kept >other
    line '/load other'
    waitfor 'another model: it has no piece 999'
    sed 's/"temperature": "1"/"temperature": "-1"/' kept >wrong
    line '/load wrong'
    waitfor "temperature cannot be '-1'"
    sed 's/"text": "yes/"text": "no/' kept >changed
    line '/load nowhere'
    waitfor "cannot open 'nowhere'"
    line '/why 1'
    waitfor "^token 1 'yes'" # nothing was lost
    line '/load changed'
    waitfor '1 of them came out otherwise'
}

takes_back() {
    prompt "$models/memory"
    line "$ask"
    waitfor "^$answer"
    line 'yes , i am here and listening .'
    waitfor '^can you keep'
    line '/save whole'
    line /undo
    waitfor "'yes , i am here.*' is taken back"
    line '/clear'
    line 'yes , i am here and listening .'
    waitfor '^can you keep' # it knows again what it knew before
    line '/alt 1 2'
    waitfor '^  B  '
    line /undo
    waitfor 'answer B is taken back'
    line /branches
    waitfor 'current: A'
    line /undo
    line /undo
    waitfor "'hello.*' is taken back"
    line /undo
    waitfor 'there is no answer yet'
    line '/load whole'
    waitfor '^memory: 2 answers'
    line 'can you keep all six of these lines in mind ?'
    waitfor '^i can ,'
}

forgets() {
    prompt "$models/memory"
    sees 'It remembers the lines before, /reset forgets them'
    line "$ask"
    waitfor "^$answer"
    line 'yes , i am here and listening .'
    waitfor '^can you keep.*  p \.[0-9]+'
    screen | grep '^can you keep' | sed 's/  [0-9.]* ms//' >known
    line /reset
    waitfor '^forgotten: the next line begins a conversation'
    line /clear
    wait_gone '^hello'
    line 'yes , i am here and listening .'
    waitfor 'ms$'
    screen | grep 'ms$' | sed 's/  [0-9.]* ms//' >unknown
    ! cmp -s known unknown
    prompt "$models/talk"
    line /reset
    waitfor 'answers each line by itself: there is nothing to forget'
}

finds_neighbours() {
    prompt "$models/talk"
    line "$ask"
    waitfor "^$answer"
    line '/near 3 2'
    waitfor '^  states most like the one of token 3 .* of 5 training pairs'
    [ "$(screen | grep -cE '^  [.01][.0-9]*  .*  →  .*  at [0-9]+$')" = 2 ]
    sees '^  (\.99|1\.00|\.9)[0-9]*  hello , is anybody there \?  →  yes , i am here .*  at 3$'
    line '/near 99'
    waitfor 'no token 99'
    prompt "$models/talk"
    line /near
    waitfor 'there is no answer yet'
}

# The data are read once.
keeps_the_pairs() {
    cp "$SRCDIR/models/presets/dialog6.txt" talk.txt
    "$SEQSH" train dialog6 --set data=talk.txt --no-ui --out mine >/dev/null
    prompt mine
    line "$ask"
    line '/near 3 1'
    waitfor 'among 5 of 5 training pairs'
    rm talk.txt
    line '/near 2 1'
    waitfor 'token 2 .* among 5 of 5 training pairs'
    line '/model mine'
    line "$ask"
    line /near
    waitfor "'talk.txt' is neither a file"
}

begins_anew() {
    prompt "$models/memory"
    line "$ask"
    waitfor "^$answer"
    line /new
    waitfor '^nothing has been said'
    line /why
    waitfor 'there is no answer yet'
    line /stats
    waitfor '^questions +0'
}

traces() {
    prompt "$models/talk"
    line '/trace all.jsonl'
    line "$ask"
    waitfor "^$answer"
    line '/alt 2 2'
    waitfor '^  B  '
    wait_until eval '[ "$(wc -l <all.jsonl)" = 2 ]'
    [ "$(grep -c '^{"question":"hello' all.jsonl)" = 2 ]
    line '/trace off'
    waitfor 'no more answers are traced'
    line "$ask"
    line /version
    waitfor core
    [ "$(wc -l <all.jsonl)" = 2 ]
    line '/trace /nowhere/x'
    waitfor "cannot write '/nowhere/x'"
}

obeys_its_rc() {
    mkdir -p home/.config/seqsh
    printf '# mine\n/set temp 2\n' >home/.config/seqsh/rc
    prompt
    sees '^temperature 1 → 2'
    prompt --no-rc
    sees_not temperature
}

offers_an_example() {
    prompt
    sees '^Try 10\+12\. /help'
    keys Tab
    waitfor '^> 10\+12$'
    keys Enter
    waitfor '^22 '
    prompt "$models/talk"
    sees "^Try \"hello , is anybody there \?\"\. /help"
    keys Tab Enter
    waitfor "^$answer"
    "$SEQSH" export "$models/talk" --to seqsh --out other.safetensors --example 'i can'
    prompt other
    sees '^Try "i can"\. '
    "$SEQSH" export "$models/talk" --to seqsh --out other.safetensors --example 'no such words'
    prompt other
    sees_not Try
    keys Tab
    type_ x
    waitfor '^> x$'
}

lists_pieces() {
    prompt "$models/talk"
    line /vocab
    waitfor '^source: [0-9]+ pieces$'
    sees '^target: [0-9]+ pieces$'
    sees ' listening'
    line '/vocab anybo'
    waitfor '^source: [0-9]+ pieces, 1 of them with this text$'
    sees '^  [0-9]+ anybody$'
    sees '^target: [0-9]+ pieces, 0 of them'
}

changes_looks() {
    prompt "$models/talk"
    line /theme
    waitfor '^\* cb '
    line '/theme light'
    waitfor '^theme light:'
    screen_sgr | grep -q "$(printf '\033')\\[38;5;94m.*unsure"
    line '/theme mono'
    waitfor '^theme mono:'
    line /clear
    line "$ask"
    waitfor "^$answer"
    ! screen_sgr | grep -q '38;5'
    line '/theme pink'
    waitfor "cannot be 'pink'|the theme"
    line /ui
    waitfor ' transcript '
    line '/theme dark'
    waitfor 'theme dark'
    screen_sgr | grep -q '38;5;80m.*sure'
}

changes_modes() {
    prompt
    line '/mode raw'
    line abc
    waitfor "cannot|no piece|unknown|'a'"
    line '/mode add'
    line ' 10 + 12 '
    waitfor '^22 '
    line '/mode chat'
    waitfor 'decoder argmax → sample'
    line '/mode nmt'
    waitfor 'decoder sample → beam'
    line '/mode own'
    waitfor 'decoder beam → argmax'
    line /mode
    waitfor '^  raw '
    sees '^\* own '
    line '/mode x'
    waitfor 'own, add, chat, nmt or raw'
    prompt --beam 3 -m chat
    line '/mode own' # the command line's order counts
    line '/set decoder'
    waitfor '^decoder +sample'
}

# What was forced does not count, and /continue goes on behind it.
ends_answers() {
    prompt "$models/talk"
    line '/stop am'
    waitfor 'stop none → am'
    line "$ask"
    waitfor '^yes , i am +p .* 4 tok'
    line /continue
    waitfor "^  B  $answer"
    line '/prefix yes i am'
    waitfor "^  C  yes i am [a-z,.]"
    line '/stop here and'
    line /regen
    waitfor "^  D  yes , i am here and  "
    line '/stop none'
    line "$ask"
    waitfor "^$answer"
}

# A run that trains: its snapshots answer, and are told while a line is typed (R33).
follows_a_run() {
    mkdir -p runs/live
    cp "$models/talk/model.safetensors" runs/live/best.safetensors
    cp "$models/talk/model.safetensors" runs/live/last.safetensors
    touch -d '1 minute ago' runs/live/best.safetensors
    : >runs/live/lock
    prompt live
    line /model
    waitfor '^open: runs/live/best.safetensors' # nobody trains: the best one
    prompt
    line '/run nowhere'
    waitfor "there is no run 'nowhere'"
    line '/run live'
    waitfor '^live: '
    exec 9>runs/live/lock
    flock 9
    prompt live --follow
    line /model
    waitfor '^open: runs/live/last.safetensors'
    type_ 'hello ,'
    cp "$models/memory/model.safetensors" runs/live/next
    mv runs/live/next runs/live/last.safetensors
    waitfor '^new weights of live'
    [ "$(screen | grep . | tail -n 1)" = '> hello ,' ]
    type_ ' is anybody there ?'
    keys Enter
    waitfor "^$answer"
    line '/follow off'
    waitfor 'follow on → off'
    keys F2
    waitfor ' transcript '
    line '/follow on'
    type_ abc
    cp "$models/talk/model.safetensors" runs/live/next
    mv runs/live/next runs/live/last.safetensors
    waitfor 'new weights of live'
    sees '^> abc$'
    exec 9>&-
}

scenario '/save and /load bring a session back' comes_back
scenario '/load refuses what is no session' refuses_what_is_no_session
scenario '/undo takes back answers, and what was learned of them' takes_back
W=120 scenario '/reset forgets the conversation' forgets
W=120 scenario '/near finds training pairs' finds_neighbours
W=120 scenario '/near reads the data once' keeps_the_pairs
scenario '/new begins anew' begins_anew
scenario '/trace writes along' traces
scenario 'the lines of ~/.config/seqsh/rc come first' obeys_its_rc
scenario 'a model says what to try, and Tab types it' offers_an_example
scenario '/vocab lists pieces' lists_pieces
scenario '/theme changes colours' changes_looks
scenario '/mode changes settings' changes_modes
scenario '/stop ends answers' ends_answers
scenario 'R33 /follow answers with the newest weights' follows_a_run
