#include "corpora/srt.h"

#include "base/mem.h"

static const char *const oddity_text[SRT_ODDITIES] = {
    [SRT_ENCODING] = "not in UTF-8: converted",
    [SRT_DOUBTFUL] = "the encoding is a guess: no language fits it well",
    [SRT_BAD_BYTES] = "bytes that are nothing in its encoding: now U+FFFD",
    [SRT_BOM] = "a byte order mark: dropped",
    [SRT_MIXED_ENDS] = "line ends of several kinds: made one",
    [SRT_NUL] = "NUL bytes: dropped",
    [SRT_NO_TIMES] = "no times: cues are told by blank lines, pauses are not known",
    [SRT_TIME_BROKEN] = "a line of times that cannot be read: the cue has none",
    [SRT_DOT] = "milliseconds behind a dot instead of a comma",
    [SRT_UNSORTED] = "cues out of order: sorted by time",
    [SRT_OVERLAP] = "cues overlap in time: kept as they start",
    [SRT_NEGATIVE] = "cues end before they start: end set to start",
    [SRT_BLANK] = "blank lines inside of cues, or several between them: dropped",
    [SRT_EMPTY] = "cues without text: left out",
    [SRT_LOOSE_TEXT] = "text before the first times: a cue without times",
};

const char *srt_oddity_text(enum srt_oddity o)
{
    return oddity_text[o];
}

static void odd(struct srt *s, enum srt_oddity o, long line)
{
    if (s->odd[o].count++ == 0)
        s->odd[o].line = line;
}

/* ---- lines ----------------------------------------------------------------------- */

/* Decoded text with LF for every line end and without NULs. */
static void plain_lines(struct srt *s, const struct str *in)
{
    int kinds[3] = { 0, 0, 0 }; /* LF, CR LF, CR */
    long line = 1;
    for (size_t i = 0; i < in->n; i++) {
        char c = in->s[i];
        if (c == '\r') {
            bool lf = i + 1 < in->n && in->s[i + 1] == '\n';
            kinds[lf ? 1 : 2]++;
            i += lf;
            c = '\n';
        } else if (c == '\n') {
            kinds[0]++;
        }
        if (c == '\0')
            odd(s, SRT_NUL, line);
        else
            str_addc(&s->text, c);
        line += c == '\n';
    }
    if ((kinds[0] > 0) + (kinds[1] > 0) + (kinds[2] > 0) > 1)
        odd(s, SRT_MIXED_ENDS, 0);
}

struct line {
    size_t at, n; /* in srt.text, without blanks around it */
    long number;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The line at *at, which moves behind it. false: there is none left. */
static bool line_next(const struct str *text, size_t *at, struct line *l)
{
    if (*at >= text->n)
        return false;
    const char *from = text->s + *at, *end = memchr(from, '\n', text->n - *at);
    size_t n = end ? (size_t)(end - from) : text->n - *at;
    l->at = *at;
    l->n = n;
    l->number++;
    while (l->n && is_blank(text->s[l->at])) {
        l->at++;
        l->n--;
    }
    while (l->n && is_blank(text->s[l->at + l->n - 1]))
        l->n--;
    *at += n + 1;
    return true;
}

static bool is_counter(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= '0' && p[i] <= '9')
        i++;
    return n > 0 && n < 8 && i == n;
}

/* ---- times ----------------------------------------------------------------------- */

static bool number_next(const char **p, const char *end, long *out)
{
    const char *from = *p;
    for (*out = 0; *p < end && **p >= '0' && **p <= '9' && *p - from < 8; ++*p)
        *out = *out * 10 + (**p - '0');
    return *p > from;
}

/* "[H:]M:S[,mmm]" */
static bool time_next(const char **p, const char *end, long *ms, bool *dot)
{
    long part[4] = { 0 }, millis = 0;
    int n = 0;
    while (*p < end && is_blank(**p))
        ++*p;
    do {
        if (!number_next(p, end, &part[n++]))
            return false;
    } while (n < 3 && *p < end && **p == ':' && ++*p);
    if (*p < end && (**p == ',' || **p == '.')) {
        *dot |= **p == '.';
        const char *from = ++*p;
        if (!number_next(p, end, &millis))
            return false;
        for (int k = (int)(*p - from); k < 3; k++)
            millis *= 10;
    }
    if (n < 2 || millis > 999)
        return false;
    long hours = n == 3 ? part[0] : 0, minutes = part[n - 2], seconds = part[n - 1];
    if (hours > 99 || minutes > 59 || seconds > 59)
        return false;
    *ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    return true;
}

enum times { NO_TIMES, TIMES, BROKEN_TIMES };

/* "A --> B", with whatever behind it. */
static enum times times_of(const char *p, size_t n, long *start, long *end, bool *dot)
{
    const char *stop = p + n, *arrow = NULL;
    for (const char *q = p; q + 2 < stop && !arrow; q++)
        if (!memcmp(q, "-->", 3))
            arrow = q;
    *start = *end = -1;
    if (!arrow)
        return NO_TIMES;
    const char *q = arrow + 3;
    if (time_next(&p, arrow, start, dot) && time_next(&q, stop, end, dot))
        return TIMES;
    *start = *end = -1;
    return BROKEN_TIMES;
}

/* ---- cues ------------------------------------------------------------------------ */

struct making {
    struct srt *srt;
    struct str out;    /* becomes srt.text */
    int room;
    struct cue cue;    /* being read; its text is at the end of out */
    bool open;         /* there is one */
    size_t blanks;     /* lines since its last text */
    struct line last;  /* the line before, if it may be a counter */
    bool counter;
};

static void cue_start(struct making *m, long line)
{
    m->cue = (struct cue){ .line = line, .start = -1, .end = -1, .at = m->out.n };
    m->open = true;
    m->blanks = 0;
}

static void cue_end(struct making *m)
{
    struct srt *s = m->srt;
    m->cue.n = m->out.n - m->cue.at;
    if (m->open && m->cue.n == 0)
        odd(s, SRT_EMPTY, m->cue.line);
    if (m->open && m->cue.n) {
        if (s->n == m->room) {
            m->room = 2 * m->room + 64;
            s->cue = xrealloc(s->cue, (size_t)m->room * sizeof *s->cue);
        }
        s->cue[s->n++] = m->cue;
    }
    m->open = false;
}

static void cue_text(struct making *m, const struct line *l)
{
    if (m->out.n == m->cue.at)
        m->cue.line = l->number;
    else
        str_addc(&m->out, '\n');
    if (m->blanks)
        odd(m->srt, SRT_BLANK, l->number);
    m->blanks = 0;
    str_addn(&m->out, m->srt->text.s + l->at, l->n);
}

/* A line of digits may be the counter of the next cue: it waits for the line behind. */
static void flush_counter(struct making *m)
{
    if (m->counter && m->open)
        cue_text(m, &m->last);
    m->counter = false;
}

static void timed_line(struct making *m, const struct line *l)
{
    struct srt *s = m->srt;
    const char *p = s->text.s + l->at;
    long start, end;
    bool dot = false;
    enum times times = times_of(p, l->n, &start, &end, &dot);
    if (times != NO_TIMES) {
        m->counter = false;
        if (m->blanks > 1)
            odd(s, SRT_BLANK, l->number);
        cue_end(m);
        cue_start(m, l->number);
        if (times == BROKEN_TIMES)
            odd(s, SRT_TIME_BROKEN, l->number);
        if (dot)
            odd(s, SRT_DOT, l->number);
        if (end < start) {
            odd(s, SRT_NEGATIVE, l->number);
            end = start;
        }
        m->cue.start = start;
        m->cue.end = end;
        return;
    }
    flush_counter(m);
    if (l->n == 0) {
        m->blanks++;
    } else if (is_counter(p, l->n)) {
        m->counter = true;
        m->last = *l;
    } else {
        if (!m->open) {
            odd(s, SRT_LOOSE_TEXT, l->number);
            cue_start(m, l->number);
        }
        cue_text(m, l);
    }
}

/* Without times a blank line ends a cue, and a counter begins one. */
static void untimed_line(struct making *m, const struct line *l)
{
    const char *p = m->srt->text.s + l->at;
    if (l->n == 0) {
        cue_end(m);
    } else if (!is_counter(p, l->n) || m->open) {
        if (!m->open)
            cue_start(m, l->number);
        cue_text(m, l);
    }
}

static bool has_times(const struct str *text)
{
    struct line l = { 0 };
    long start, end;
    bool dot = false;
    for (size_t at = 0; line_next(text, &at, &l);)
        if (times_of(text->s + l.at, l.n, &start, &end, &dot) == TIMES)
            return true;
    return false;
}

/* ---- order ----------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
    const struct cue *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* A cue whose times are broken starts with the one before it. */
static void sort_cues(struct srt *s)
{
    for (int i = 1; i < s->n; i++) {
        struct cue *c = &s->cue[i];
        if (c->start < 0)
            c->start = c->end = s->cue[i - 1].start;
        if (c->start < s->cue[i - 1].start)
            odd(s, SRT_UNSORTED, c->line);
    }
    if (s->odd[SRT_UNSORTED].count)
        qsort(s->cue, (size_t)s->n, sizeof *s->cue, by_start);
    for (int i = 1; i < s->n; i++)
        if (s->cue[i].start < s->cue[i - 1].end)
            odd(s, SRT_OVERLAP, s->cue[i].line);
}

void srt_parse(struct srt *s, const char *bytes, size_t n)
{
    struct str decoded = STR_INIT;
    struct making m = { .srt = s };
    struct line l = { 0 };
    *s = (struct srt){ 0 };
    charset_decode(bytes, n, &decoded, &s->charset);
    if (strcmp(s->charset.name, "UTF-8"))
        odd(s, s->charset.doubtful ? SRT_DOUBTFUL : SRT_ENCODING, 0);
    if (s->charset.bom)
        odd(s, SRT_BOM, 1);
    if (s->charset.bad)
        odd(s, SRT_BAD_BYTES, 0);
    plain_lines(s, &decoded);
    str_release(&decoded);
    bool timed = has_times(&s->text);
    if (!timed && s->text.n)
        odd(s, SRT_NO_TIMES, 0);
    for (size_t at = 0; line_next(&s->text, &at, &l);)
        (timed ? timed_line : untimed_line)(&m, &l);
    if (m.blanks > 1 && m.out.n > m.cue.at)
        odd(s, SRT_BLANK, l.number);
    if (!m.blanks) /* else it counts a cue that is not there */
        flush_counter(&m);
    cue_end(&m);
    str_release(&s->text);
    s->text = m.out;
    if (timed)
        sort_cues(s);
}

void srt_release(struct srt *s)
{
    str_release(&s->text);
    free(s->cue);
    *s = (struct srt){ 0 };
}
