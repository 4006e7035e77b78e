# The reverse-a-string task: attention is all right on strings longer than those of training.
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/seqsh-reverse.XXXXXX")
trap 'rm -rf "$work"; tap_end' EXIT
cd "$work" || exit 1

every_longer_string() {
    "$SEQSH" train reverse --no-ui --out run >lines
    cat lines
    grep -q '1000 held out' lines
    grep -q '^over (target): .*exact 1.0000' lines
}

at_the_prompt() {
    [ "$("$SEQSH" run -e abcdefghijjihgfedcbaabcdefghij)" = jihgfedcbaabcdefghijjihgfedcba ]
}

check 'all of 1,000 strings with up to 5 letters more than in training' every_longer_string
check 'one of 30 letters at the prompt' at_the_prompt
