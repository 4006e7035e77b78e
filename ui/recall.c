#include "ui/recall.h"

#include "base/mem.h"
#include "ui/charset.h"
#include "ui/history.h"

#include <readline/history.h>
#include <readline/readline.h>

static struct {
    char *file; /* of the history; NULL: none */
    bool complained;
    line_complete *complete;
    void *own;
    struct names found; /* in the terminal's bytes */
    char *line;         /* what recall_line() gave last */
} all;

/* ---- completion ------------------------------------------------------------------ */

static char *nth_found(const char *text, int again)
{
    static int i;
    if (!again)
        i = 0;
    for (; i < all.found.n; i++)
        if (!strncmp(all.found.s[i], text, strlen(text)))
            return xstrdup(all.found.s[i++]);
    return NULL;
}

char **recall_words(const char *text, int from, int to)
{
    struct str line = STR_INIT;
    struct names found = { 0 };
    (void)to;
    names_release(&all.found);
    charset_in(&line, rl_line_buffer, (size_t)from);
    int at = (int)line.n;
    charset_in(&line, rl_line_buffer + from, strlen(rl_line_buffer + from));
    bool files = all.complete && all.complete(all.own, str_cstr(&line), at, &found);
    for (int i = 0; i < found.n; i++) {
        struct str word = STR_INIT;
        charset_out(&word, found.s[i], strlen(found.s[i]));
        names_add(&all.found, str_cstr(&word));
        str_release(&word);
    }
    rl_attempted_completion_over = !files;
    rl_completion_append_character = rl_end ? ' ' : '\0';
    names_release(&found);
    str_release(&line);
    return rl_completion_matches(text, nth_found);
}

/* ---- the lines of before --------------------------------------------------------- */

static void load_line(const char *input)
{
    char *bytes = charset_outside(xstrdup(input));
    add_history(bytes);
    free(bytes);
}

int recall_add(const char *line, struct err *err)
{
    char *bytes = charset_outside(xstrdup(line));
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1)
                                      : NULL;
    bool keep = *line && *line != ' ' && (!last || strcmp(last->line, bytes) != 0);
    if (keep)
        add_history(bytes);
    free(bytes);
    if (!keep || !all.file || history_append(all.file, line, err) == 0 || all.complained)
        return 0;
    all.complained = true;
    return -1;
}

int line_history_count(void)
{
    return history_length;
}

const char *line_history(int i)
{
    free(all.line);
    all.line = charset_inside(xstrdup(history_get(history_base + i)->line));
    return all.line;
}

/* ---- open and close -------------------------------------------------------------- */

void recall_open(const char *history, line_complete *complete, void *own)
{
    all.complete = complete;
    all.own = own;
    if (!history)
        return;
    all.file = xstrdup(history);
    history_load(history, load_line);
}

void recall_close(void)
{
    names_release(&all.found);
    free(all.file);
    free(all.line);
    all.file = all.line = NULL;
}
