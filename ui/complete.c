#include "ui/complete.h"

#include "base/mem.h"
#include "ui/cmd.h"

static void add_commands(struct names *out)
{
    for (const struct cmd *const *c = cmd_table; *c; c++) {
        struct str name = STR_INIT;
        str_addf(&name, "/%s", (*c)->name);
        names_add(out, name.s);
        str_release(&name);
    }
}

bool complete(void *own, const char *line, int from, struct names *out)
{
    const struct shell *sh = own;
    struct str example = STR_INIT;
    if (!*line && shell_example(sh, &example))
        names_add(out, example.s);
    str_release(&example);
    if (line[0] != '/' || line[1] == '/')
        return false;
    if (from == 0) {
        add_commands(out);
        return false;
    }
    char *copy = xstrndup(line + 1, (size_t)from - 1), *before = copy;
    char *name = cmd_word(&before);
    const struct cmd *c = name ? cmd_find(name, NULL) : NULL;
    bool files = c && c->complete && c->complete(own, before, out);
    free(copy);
    return files;
}
