#include "ui/watch.h"

#include "base/file.h"
#include "base/mem.h"
#include <math.h>

enum { SCAN_EVERY = 2 };

/* ---- life ---- */

void watch_init(struct watch *w)
{
    *w = (struct watch){
        .options = view_options_default(),
        .metric = run_metric_find("valid-loss", NULL, NULL),
        .scanned = -SCAN_EVERY,
    };
}

void watch_release(struct watch *w)
{
    errand_end(&w->errand);
    peers_release(&w->peers);
    run_list_release(&w->all);
    run_filter_free(w->filter);
    names_release(&w->places);
    free(w->shown);
}

int watch_add(struct watch *w, const char *place, struct err *err)
{
    if (peer_is(place) && !dir_is(place))
        return peers_add(&w->peers, place, err);
    if (!dir_is(place))
        return err_set(err, "there is no folder '%s'", place);
    names_add(&w->places, place);
    return 0;
}

/* ---- what is shown ---- */

struct order {
    const struct watch *w;
    double now;
};

/* Those that are pinned come first. Without a sort they stay as they came. */
static int compare(const void *a, const void *b, void *own)
{
    const struct order *o = own;
    const struct run_entry *x = *(struct run_entry *const *)a, *y = *(struct run_entry *const *)b;
    if (x->pinned != y->pinned)
        return x->pinned ? -1 : 1;
    return o->w->sort ? run_fact_order(o->w->sort, o->w->reverse, x, y, o->now)
                      : (x->place > y->place) - (x->place < y->place);
}

/* The cursor stays on its run; where that is gone, on its line. */
void watch_choose(struct watch *w, double now)
{
    struct order order = { w, now };
    int line = 0, n = 0;
    bool found = false;
    while (line < w->shown_n && w->shown[line] != w->at)
        line++;
    w->shown = xrealloc(w->shown, (size_t)(w->all.n + 1) * sizeof *w->shown);
    for (int i = 0; i < w->all.n; i++)
        if (w->all.at[i]->pinned || run_filter_match(w->filter, w->all.at[i], now)) {
            w->all.at[i]->place = i;
            w->shown[n++] = w->all.at[i];
        }
    w->shown_n = n;
    qsort_r(w->shown, (size_t)n, sizeof *w->shown, compare, &order);
    for (int i = 0; i < n; i++)
        found |= w->shown[i] == w->at;
    if (!found)
        w->at = n ? w->shown[MIN(line, n - 1)] : NULL;
}

int watch_filter(struct watch *w, const char *text, struct err *err)
{
    struct run_filter *f = run_filter_new(text, err);
    if (!f)
        return -1;
    run_filter_free(w->filter);
    w->filter = f;
    snprintf(w->filter_text, sizeof w->filter_text, "%s", text);
    return 0;
}

static bool hear_errand(struct watch *w)
{
    if (!w->errand.pid || errand_read(&w->errand))
        return false;
    str_trim(&w->errand.out);
    snprintf(w->message, sizeof w->message, "%.*s", (int)sizeof w->message - 1,
             str_cstr(&w->errand.out));
    errand_end(&w->errand);
    return true;
}

bool watch_waits(const struct watch *w, double now)
{
    return peers_wait(&w->peers, now);
}

void watch_hear(struct watch *w, double now)
{
    if (!peers_poll(&w->peers, &w->all, now))
        return;
    w->heard = true;
    watch_choose(w, now); /* a run may be gone */
}

bool watch_poll(struct watch *w, double now)
{
    int before = w->all.n;
    if (fabs(now - w->scanned) >= SCAN_EVERY) {
        for (int i = 0; i < w->places.n; i++)
            run_list_scan(&w->all, w->places.s[i]);
        w->scanned = now;
    }
    bool news = peers_poll(&w->peers, &w->all, now) || w->heard;
    w->heard = false;
    news |= run_list_poll(&w->all, now);
    news |= hear_errand(w) || before != w->all.n || !w->shown;
    if (news)
        watch_choose(w, now);
    return news || peers_news(&w->peers, now, (char[8]){ 0 }, 8);
}
