# tree.sh - what the house rules look at. Sourced, in the source tree's root.

. "$(dirname "$0")/../tap.sh"
cd "$SRCDIR" || exit 1

c_files() { find src ui corpora bench tests -name '*.[ch]' -o -name '*.cc' | sort; }

# ... and the scripts. Without a suffix: what starts with #!, or built programs come too.
texts() {
    c_files
    find tests bench -name '*.sh' -o -name '*.py' | sort
    find tests bench bootstrap .ci -type f ! -name '*.*' | xargs grep -Il '^#!' | sort
}

# Prints what it reads; fails if that was anything: `find_faults | none`
none() { ! grep ''; }

# C sources without comments and without the text of strings, one line a line.
code() { # FILE
    awk '
    BEGIN { token_start = "/\\*|//|\"([^\"\\\\]|\\\\.)*\"|\047([^\047\\\\]|\\\\.)*\047" }
    {
        line = $0; out = ""
        while (line != "") {
            if (inside) {
                end = index(line, "*/")
                if (!end) break
                line = substr(line, end + 2); inside = 0
            } else if (match(line, token_start)) {
                token = substr(line, RSTART, RLENGTH)
                out = out substr(line, 1, RSTART - 1)
                line = substr(line, RSTART + RLENGTH)
                if (token == "//") break
                if (token == "/*") inside = 1
                else out = out (out ~ /^ *# *include *$/ ? token : "\"\"")
            } else {
                out = out line; line = ""
            }
        }
        print out
    }' "$1"
}

# grep in the code of files: FILE:LINE:TEXT for each hit. PATTERN, then files on stdin.
code_grep() {
    local f
    while read -r f; do
        code "$f" | grep -nE -- "$1" | sed "s|^|$f:|"
    done
    return 0
}
