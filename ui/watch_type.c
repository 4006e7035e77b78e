/*
 * Lines that are typed at the watcher: filters, and what is told to runs.
 */
#include "ui/watch.h"

#include "run/rundir.h"
#include "ui/screen.h"

void watch_say(struct watch *w, const char *text)
{
    snprintf(w->message, sizeof w->message, "%s", text);
}

/* The filter as far as it is typed; one that cannot be read yet changes nothing. */
static void try_filter(struct watch *w, double now)
{
    struct err err;
    w->message[0] = '\0';
    if (watch_filter(w, w->line, &err) < 0)
        watch_say(w, err.msg);
    watch_choose(w, now);
    if (!w->shown_n && w->all.n && !w->message[0])
        watch_say(w, "no run fits");
}

/* `seqsh ctl` does it: here, or on the machine of the run. */
static void send_control(struct watch *w, const char *what, const char *line)
{
    struct err err;
    const struct run_entry *e = w->at;
    struct str command = STR_INIT, words = STR_INIT;
    if (!e || !*line)
        return;
    str_addf(&words, "%s%s", what, line);
    peer_command(e, "ctl", words.s, &command);
    const char *there[] = { "ssh", "-T", "-o", "BatchMode=yes", "--", e->where, command.s, NULL };
    const char *here[] = { "/bin/sh", "-c", command.s, NULL };
    errand_end(&w->errand);
    if (errand_start(&w->errand, e->where[0] ? there : here, &err) < 0)
        watch_say(w, err.msg);
    else
        watch_say(w, "asked ...");
    str_release(&words);
    str_release(&command);
}

static void add_place(struct watch *w)
{
    struct err err;
    if (w->line[0] && watch_add(w, w->line, &err) < 0)
        watch_say(w, err.msg);
    w->scanned = 0;
}

/* The line is whole. */
static void take_line(struct watch *w)
{
    enum watch_ask asked = w->ask;
    w->ask = WATCH_LIST;
    switch (asked) {
    case WATCH_CONTROL: send_control(w, "", w->line); break;
    case WATCH_NOTE: send_control(w, "note ", w->line); break;
    case WATCH_TAG: send_control(w, "tag ", w->line); break;
    case WATCH_ADD: add_place(w); break;
    case WATCH_FILTER:
    case WATCH_DELETE:
    case WATCH_LIST: break;
    }
}

static void drop_line(struct watch *w, double now)
{
    bool filter = w->ask == WATCH_FILTER;
    w->ask = WATCH_LIST;
    w->message[0] = '\0';
    if (filter && !w->shown_n)
        watch_filter(w, "", NULL);
    watch_choose(w, now);
}

/* Without half a character at the end. */
static void take_back(char *line)
{
    size_t n = strlen(line);
    while (n > 0 && ((unsigned char)line[n - 1] & 0xc0) == 0x80)
        n--;
    line[n > 0 ? n - 1 : 0] = '\0';
}

/* The folder goes; the list learns of it at its next look. */
static void answer_delete(struct watch *w, int key)
{
    struct err err;
    const char *dir = w->at ? w->at->run->dir : "";
    w->ask = WATCH_LIST;
    if (key != 'y' && key != 'Y')
        watch_say(w, "not deleted");
    else if (w->at && rundir_delete(dir, &err) < 0)
        watch_say(w, err.msg);
    else
        snprintf(w->message, sizeof w->message, "deleted %.200s", dir);
    w->scanned = 0;
}

void watch_type(struct watch *w, int key, double now)
{
    size_t n = strlen(w->line);
    if (w->ask == WATCH_DELETE) {
        answer_delete(w, key);
        return;
    }
    if (key == SCREEN_ESCAPE || key == SCREEN_CTRL('C')) {
        drop_line(w, now);
        return;
    }
    if (key == '\r') {
        take_line(w);
        return;
    }
    if (key == 127 || key == 8)
        take_back(w->line);
    else if (key == SCREEN_CTRL('U'))
        w->line[0] = '\0';
    else if (key >= ' ' && key < 256 && key != 127 && n + 1 < sizeof w->line) {
        w->line[n] = (char)key;
        w->line[n + 1] = '\0';
    }
    if (w->ask == WATCH_FILTER)
        try_filter(w, now);
}
