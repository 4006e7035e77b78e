#include "ui/run_list.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/attach.h"

#include <dirent.h>

static void entry_free(struct run_entry *e)
{
    run_reader_free(e->run);
    free(e->where);
    free(e->from);
    free(e);
}

void run_list_release(struct run_list *l)
{
    for (int i = 0; i < l->n; i++)
        entry_free(l->at[i]);
    free(l->at);
    *l = (struct run_list){ 0 };
}

struct run_entry *run_list_add(struct run_list *l, struct run_reader *run_take,
                               const char *where, const char *from)
{
    struct run_entry *e = xcalloc(1, sizeof *e);
    *e = (struct run_entry){ .run = run_take, .where = xstrdup(where),
                             .from = xstrdup(from), .here = true };
    if (l->n == l->cap) {
        l->cap = l->cap * 2 + 16;
        l->at = xrealloc(l->at, (size_t)l->cap * sizeof(struct run_entry *));
    }
    return l->at[l->n++] = e;
}

void run_list_remove(struct run_list *l, int i)
{
    entry_free(l->at[i]);
    memmove(&l->at[i], &l->at[i + 1], (size_t)(l->n - i - 1) * sizeof(struct run_entry *));
    l->n--;
}

static void see_run(struct run_list *l, const char *dir, const char *from)
{
    for (int i = 0; i < l->n; i++) {
        struct run_entry *e = l->at[i];
        if (!e->where[0] && !strcmp(e->run->dir, dir)) {
            e->here = true;
            return;
        }
    }
    run_list_add(l, run_reader_new(dir), "", from);
}

/* The folder's own runs, by name: those of a reader that was not here before come last. */
static int see_folder(struct run_list *l, const char *folder)
{
    struct dirent **name;
    int n = scandir(folder, &name, NULL, alphasort), found = 0;
    for (int i = 0; i < n; i++) {
        char *dir = path_join(folder, name[i]->d_name);
        if (name[i]->d_name[0] != '.' && attach_written(dir) > 0) {
            see_run(l, dir, folder);
            found++;
        }
        free(dir);
        free(name[i]);
    }
    if (n >= 0)
        free(name);
    return n < 0 ? -1 : found;
}

int run_list_scan(struct run_list *l, const char *folder)
{
    int found = 1;
    for (int i = 0; i < l->n; i++)
        if (!l->at[i]->where[0] && !strcmp(l->at[i]->from, folder))
            l->at[i]->here = false;
    if (attach_written(folder) > 0)
        see_run(l, folder, folder);
    else
        found = see_folder(l, folder);
    for (int i = l->n - 1; i >= 0; i--)
        if (!l->at[i]->here)
            run_list_remove(l, i);
    return found;
}

bool run_list_poll(struct run_list *l, double now)
{
    bool news = false;
    for (int i = 0; i < l->n; i++)
        news |= run_reader_poll(l->at[i]->run, now);
    return news;
}
