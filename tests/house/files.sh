# files.sh - size, layout and belonging of the files.

. "$(dirname "$0")/tree.sh"

not_long() {
    texts | xargs wc -l | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }' |
        none
}

# 90 columns are the aim; 100 for a line that is better whole.
not_wide() {
    texts | LC_ALL=C.UTF-8 xargs grep -nE '^.{101}' | none
}

clean_white() {
    texts | xargs grep -nE "$(printf '\t')|[[:space:]]\$" | none
}

# Each source stands in the list of its folder, or it is not built, tested, shipped.
all_listed() {
    local f list
    {
        texts
        find tests -name '*.test'
        find models -type f ! -name local.mk
    } | while read -r f; do
        list=${f%%/*}/local.mk
        [ -f "$list" ] || list=Makefile.am
        grep -qF "$f" "$list" || echo "$f is not in $list"
    done | none
}

# Nothing of the machine it was written on, nothing left for later.
no_machine_paths() {
    { texts; ls ./*.md NEWS configure.ac ./*/local.mk man/*.1; } |
        xargs grep -nE "(^|[[:space:]\"'=(:,])/(wor[k]|roo[t]|hom[e]|User[s])/" | none
}

nothing_unfinished() {
    texts | xargs grep -nwE 'TOD[O]|FIXM[E]|XX[X]|HAC[K]' | none
}

check 'no file is longer than 600 lines' not_long
check 'no line is wider than 100 columns' not_wide
check 'no tabs, no white space at line ends' clean_white
check 'every file is in the list of its folder' all_listed
check 'no path of one machine' no_machine_paths
check 'nothing is marked as unfinished' nothing_unfinished
