# layers.sh - who may include whom (HACKING.md, "Layers").

. "$(dirname "$0")/tree.sh"

# FILE:LINE: what is wrong with an include, for each wrong one
wrong_includes() {
    local f
    for f in $(find src ui corpora -name '*.[ch]' -o -name '*.cc' | sort); do
        code "$f" | awk -v file="$f" '
        BEGIN {
            may["base"] = "base"
            may["num"] = "base num"
            may["nn"] = "base num nn"
            may["text"] = "base text"
            may["corpora"] = "base text corpora"
            may["metric"] = "base metric"
            may["model"] = "base num nn text corpora model"
            may["run"] = may["model"] " metric run"
            may["ui"] = may["run"] " ui"
            only["cblas.h"] = "^src/num/gemm[a-z0-9_]*\\.c$"
            only["curses.h"] = only["ncurses.h"] = only["term.h"] = "^ui/screen\\.c$"
            only["readline"] = "^ui/(line|recall)\\.c$"
            only["mpi.h"] = "^src/run/wire_mpi\\.c$"
            only["termios.h"] = only["sys/ioctl.h"] = "^ui/"
            n = split(file, part, "/")
            layer = part[n - 1]
            own = layer "/" part[n]
            sub(/cc?$/, "h", own)
        }
        function wrong(what) { print file ":" NR ": " what }
        /^ *# *include/ {
            name = $0
            gsub(/^ *# *include *["<]|[">].*/, "", name)
            if (/</) {
                system_ = name
                sub(/^readline\/.*/, "readline", system_)
                sub(/^.*curses\.h$/, "curses.h", system_)
                if (system_ in only && file !~ only[system_])
                    wrong("<" name "> belongs to " only[system_])
                next
            }
            split(name, inc, "/")
            if (name !~ /^[a-z]+\/[a-z0-9_]+\.h$/)
                wrong("\"" name "\" does not name its folder")
            else if (index(" " may[layer] " ", " " inc[1] " ") == 0)
                wrong(layer " may not include \"" name "\"")
            else if (!first++ && file ~ /\.cc?$/ && name != own)
                own_late = NR
            if (name == own && own_late)
                wrong("\"" name "\" is its own header: first, please")
        }'
    done
}

no_wrong_includes() { wrong_includes | none; }

# The rule must bite: a made-up tree with one fault of each kind.
rules_bite() {
    local dir
    dir=$(mktemp -d)
    cd "$dir"
    mkdir -p src/base src/num src/text ui corpora
    printf '#include "base/b.h"\n#include "base/a.h"\n' >src/base/a.c
    printf '/* text */ #include "num/x.h"\n' >src/text/t.c
    printf '#include "t.h"\n' >ui/u.c
    printf '#include <curses.h>\n#include <readline/history.h>\n' >ui/v.c
    printf '#include <cblas.h>\n#include <termios.h>\n#include <mpi.h>\n' >src/num/vec.c
    printf '#include "run/run.h"\n' >corpora/c.c
    printf '#include <cblas.h>\n#include "base/b.h"\n// "num/z.h"\n' >src/num/gemm_x.c
    printf '#include <curses.h>\n' >ui/screen.c
    [ "$(wrong_includes | grep -c :)" = 9 ] || { wrong_includes; false; }
    rm -r "$dir"
}

check 'includes keep to the layers' no_wrong_includes
check 'the layer rule finds what is wrong' rules_bite
