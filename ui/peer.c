#include "ui/peer.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/fmt.h"

#include <jansson.h>
#include <math.h>

enum { LONGEST = 1 << 21, PATIENCE = 30, FIRST_WAIT = 2, MOST_RUNS = 1000, BEAT_EVERY = 5,
       BEAT_WITHIN = 2 };

bool peer_is(const char *place)
{
    size_t n = strcspn(place, ":/");
    return n > 0 && place[n] == ':';
}

int peers_add(struct peers *all, const char *place, struct err *err)
{
    size_t n = strcspn(place, ":");
    const char *folder = place + n + 1;
    if (place[0] == '-')
        return err_set(err, "'%s' is no host", utf8_quote(place).s);
    if (!strncmp(folder, "~/", 2))
        folder += 2; /* ssh begins there */
    all->at = xrealloc(all->at, (size_t)(all->n + 1) * sizeof *all->at);
    all->at[all->n++] = (struct peer){
        .place = xstrdup(place),
        .host = xstrndup(place, n),
        .folder = xstrdup(*folder ? folder : "runs"),
        .trip = NAN,
    };
    return 0;
}

void peers_release(struct peers *all)
{
    for (int i = 0; i < all->n; i++) {
        errand_end(&all->at[i].line);
        free(all->at[i].place);
        free(all->at[i].host);
        free(all->at[i].folder);
    }
    free(all->at);
    *all = (struct peers){ 0 };
}

/* ---- words for the other shell ---- */

static void add_quoted(struct str *out, const char *s)
{
    str_addc(out, '\'');
    for (; *s; s++)
        if (*s == '\'')
            str_add(out, "'\\''");
        else
            str_addc(out, *s);
    str_addc(out, '\'');
}

void peer_command(const struct run_entry *e, const char *words, const char *after,
                    struct str *out)
{
    const char *colon = strchr(e->run->dir, ':');
    str_addf(out, "seqsh %s ", words);
    add_quoted(out, colon ? colon + 1 : e->run->dir);
    for (const char *p = after; *p;) { /* each word by itself */
        size_t n = strcspn(p, " ");
        char *word = xstrndup(p, n);
        str_addc(out, ' ');
        add_quoted(out, word);
        free(word);
        p += n + strspn(p + n, " ");
    }
}

static int call(struct peer *r, struct err *err)
{
    struct str command = STR_INIT;
    str_add(&command, "exec seqsh export --follow --to watch ");
    add_quoted(&command, r->folder);
    const char *argv[] = { "ssh", "-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=10",
                     "-o", "ConnectTimeout=15", "--", r->host, command.s, NULL };
    int bad = errand_open(&r->line, argv, err);
    str_release(&command);
    return bad;
}

/* ---- what comes ---- */

static struct run_entry *find(const struct run_list *all, const struct peer *r,
                              const char *dir, int *at)
{
    for (int i = 0; i < all->n; i++) {
        if (strcmp(all->at[i]->where, r->host) || strcmp(all->at[i]->run->dir, dir))
            continue;
        *at = i;
        return all->at[i];
    }
    return NULL;
}

static void feed_event(struct run_reader *r, const json_t *event)
{
    char *text = json_dumps(event, JSON_COMPACT);
    if (text)
        run_reader_feed_record(r, text, strlen(text));
    free(text);
}

static void feed_status(struct run_reader *r, const json_t *o)
{
    char *text = json_dumps(json_object_get(o, "status"), JSON_COMPACT);
    if (text)
        run_reader_feed_status(r, text, strlen(text),
                               json_string_value(json_object_get(o, "state")));
    free(text);
}

/* {"run":"add3","event":{...}} and the like, as relay.h says. */
static void take_object(struct peer *r, struct run_list *all, const json_t *o, double now)
{
    const json_t *event = json_object_get(o, "event"), *config = json_object_get(o, "config");
    const json_t *tags = json_object_get(o, "tags");
    const char *name = json_string_value(json_object_get(o, "run"));
    struct str dir = STR_INIT;
    int at;
    if (json_object_get(o, "ready")) {
        r->ready = true;
        r->tries = 0;
    }
    if (json_object_get(o, "beat") && r->asked) {
        r->asked = false;
        r->trip = fmax(now - r->beat, 0);
    }
    if (!name || !*name || strchr(name, '/'))
        return;
    str_addf(&dir, "%s:%s", r->host, r->folder);
    if (!json_is_true(json_object_get(o, "self"))) /* else the folder is the run */
        str_addf(&dir, "/%s", name);
    struct run_entry *e = find(all, r, dir.s, &at);
    if (!e && all->n < MOST_RUNS)
        e = run_list_add(all, run_reader_new_fed(dir.s), r->host, r->place);
    str_release(&dir);
    if (!e)
        return;
    if (json_is_true(json_object_get(o, "gone")))
        run_list_remove(all, find(all, r, e->run->dir, &at) ? at : 0);
    else if (json_is_true(json_object_get(o, "again")))
        run_reader_feed_again(e->run);
    else if (json_is_object(event))
        feed_event(e->run, event);
    else if (json_is_string(config))
        run_reader_feed_config(e->run, json_string_value(config),
                               json_string_length(config));
    else if (json_is_string(tags))
        run_reader_feed_tags(e->run, json_string_value(tags));
    else if (json_object_get(o, "state"))
        feed_status(e->run, o);
}

static void take_line(struct peer *r, struct run_list *all, const char *line, size_t n,
                      double now)
{
    json_t *o = n && line[0] == '{' ? json_loadb(line, n, 0, NULL) : NULL;
    if (o)
        take_object(r, all, o, now);
    else if (n)
        snprintf(r->message, sizeof r->message, "%.*s", (int)MIN(n, (size_t)150), line);
    json_decref(o);
}

static void take_lines(struct peer *r, struct run_list *all, double now)
{
    struct str *in = &r->line.out;
    size_t used = 0;
    while (used < in->n) {
        const char *line = in->s + used, *end = memchr(line, '\n', in->n - used);
        if (!end)
            break;
        take_line(r, all, line, (size_t)(end - line), now);
        used = (size_t)(end - in->s) + 1;
    }
    if (!used && in->n > LONGEST)
        used = in->n; /* no line is that long */
    if (used) {
        memmove(in->s, in->s + used, in->n - used);
        str_cut(in, in->n - used);
    }
}

/* ---- up and down ---- */

static void went_down(struct peer *r, struct run_list *all, double now)
{
    int status = errand_end(&r->line);
    r->asked = false;
    r->trip = NAN;
    if (r->down == 0)
        r->down = now;
    if (!r->message[0])
        snprintf(r->message, sizeof r->message, "ended with status %d", status);
    r->retry = now + MIN(FIRST_WAIT << MIN(r->tries, 4), PATIENCE);
    r->tries++;
    r->ready = true; /* no use to wait for it */
    for (int i = 0; i < all->n; i++)
        if (!strcmp(all->at[i]->from, r->place) && all->at[i]->where[0])
            run_reader_feed_status(all->at[i]->run, NULL, 0, "lost");
}

/* The rate is taken over some seconds. */
static void count_bytes(struct peer *r, double bytes, double now)
{
    enum { OVER = 5 };
    r->bytes += bytes;
    if (now - r->since < OVER)
        return;
    r->rate = r->since > 0 ? r->bytes / (now - r->since) : 0;
    r->bytes = 0;
    r->since = now;
}

/* A line there and an answer back, to know how long that takes. An older seqsh gives none. */
static void ask_for_sign(struct peer *r, double now)
{
    if (!r->ready || fabs(now - r->beat) < BEAT_EVERY)
        return;
    r->asked = errand_tell(&r->line, "beat\n");
    r->beat = now;
}

bool peers_wait(const struct peers *all, double now)
{
    for (int i = 0; i < all->n; i++)
        if (all->at[i].asked && fabs(now - all->at[i].beat) < BEAT_WITHIN)
            return true;
    return false;
}

static bool poll_one(struct peer *r, struct run_list *all, double now)
{
    struct err err;
    if (!r->line.pid && (r->down == 0 || now >= r->retry)) {
        r->message[0] = '\0';
        if (call(r, &err) < 0)
            snprintf(r->message, sizeof r->message, "%.*s", (int)sizeof r->message - 1, err.msg);
        if (!r->line.pid) {
            went_down(r, all, now);
            return true;
        }
    }
    if (!r->line.pid)
        return false;
    size_t before = r->line.out.n;
    bool more = errand_read(&r->line), news = r->line.out.n > 0;
    count_bytes(r, (double)(r->line.out.n - before), now);
    if (memchr(str_cstr(&r->line.out), '{', r->line.out.n))
        r->down = 0;
    take_lines(r, all, now);
    ask_for_sign(r, now);
    if (!more)
        went_down(r, all, now);
    return news || !more;
}

bool peers_poll(struct peers *all, struct run_list *list, double now)
{
    bool news = false;
    for (int i = 0; i < all->n; i++)
        news |= poll_one(&all->at[i], list, now);
    return news;
}

bool peers_ready(const struct peers *all)
{
    for (int i = 0; i < all->n; i++)
        if (!all->at[i].ready)
            return false;
    return true;
}

bool peers_news(const struct peers *all, double now, char *buf, size_t n)
{
    char down[FMT_MAX];
    for (int i = 0; i < all->n; i++) {
        const struct peer *r = &all->at[i];
        if (r->down == 0)
            continue;
        fmt_clock(down, now - r->down);
        snprintf(buf, n, "ssh %s down %s, retry in %.0f s: %s", r->host, down,
                 fmax(r->retry - now, 0), r->message);
        return true;
    }
    return false;
}

void peers_traffic(const struct peers *all, struct str *out)
{
    for (int i = 0; i < all->n; i++) {
        const struct peer *r = &all->at[i];
        bool timed = !isnan(r->trip);
        if (r->down > 0 || (!timed && !(r->rate > 0)))
            continue;
        str_addf(out, "ssh %s %.1f KiB/s  ", r->host, r->rate / 1024);
        if (timed)
            str_addf(out, "rtt %.*f ms  ", r->trip < .01, r->trip * 1e3);
    }
}
