# calls.sh - functions that have no place here, or only one.

. "$(dirname "$0")/tree.sh"

# A pattern for calls of these functions.
call() {
    local IFS='|'
    echo "(^|[^A-Za-z0-9_.>])($*) *\\("
}

# base.h poisons the worst of them; here also for files that do not include it.
no_unbounded_calls() {
    c_files | code_grep "$(call strcpy strcat sprintf vsprintf strtok gets \
        atoi atol atof alloca rand srand tmpnam mktemp)" | none
}

memory_from_mem() {
    c_files | grep -v '^src/base/mem\.c$' | grep -v ^tests/ |
        code_grep "$(call malloc calloc realloc strdup strndup asprintf vasprintf)" | none
}

# The engine returns errors and values; it neither prints nor ends the process.
engine_is_silent() {
    c_files | grep -E '^(src|corpora)/' | grep -v '^src/base/base\.c$' |
        code_grep "$(call printf vprintf puts putchar perror exit _exit abort isatty \
            assert)|(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|\$)" | none
}

# Foreign bytes reach a terminal through ui_text alone, and curses through screen.c.
curses_in_screen() {
    c_files | grep -v '^ui/screen\.c$' |
        code_grep "$(call '(mv)?w?add(n?w?str|ch|chstr)' '(mv)?w?printw' initscr)" | none
}

# ... and everything else through ui_say and out_write. line.c speaks to its own terminal.
printing_in_out() {
    c_files | grep '^ui/' | grep -vE '^ui/(ui_text|out|line)\.c$' |
        code_grep "$(call 'v?f?printf' v?dprintf f?puts fwrite)" | none
}

check 'no unbounded writes, no silent parsing' no_unbounded_calls
check 'memory comes from base/mem.h' memory_from_mem
check 'the engine neither prints nor exits' engine_is_silent
check 'only ui/screen.c draws with curses' curses_in_screen
check 'ui prints with ui_say and out_write' printing_in_out
