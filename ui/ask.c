#include "ui/ask.h"

#include "base/utf8.h"

#include <math.h>
#include <sys/random.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

uint64_t ask_seed(void)
{
    uint32_t v = 0;
    if (getrandom(&v, sizeof v, 0) != sizeof v)
        v = (uint32_t)(1e6 * now());
    return v % 1000000;
}

static int check_text(const char *text, size_t n, struct err *err)
{
    if (memchr(text, '\0', n))
        return err_set(err, "there is a NUL byte in it");
    for (size_t i = 0, k; i < n; i += k)
        if (!(k = utf8_next(text + i, n - i, NULL)))
            return err_set(err, "byte %zu (\\x%02x) is not UTF-8", i + 1,
                           (unsigned char)text[i]);
    return 0;
}

void plan_release(struct plan *p)
{
    ids_release(&p->src);
    ids_release(&p->forced);
    ids_release(&p->attend);
    free(p->memory);
}

static struct ids ids_copy(const struct ids *from)
{
    struct ids to = { 0 };
    for (int i = 0; i < from->n; i++)
        ids_add(&to, from->id[i]);
    return to;
}

struct plan plan_copy(const struct plan *p)
{
    return (struct plan){
        .src = ids_copy(&p->src),
        .forced = ids_copy(&p->forced),
        .attend = ids_copy(&p->attend),
        .seed = p->seed,
        .memory = p->memory ? xmemdup(p->memory, (size_t)p->memory_n * sizeof *p->memory)
                            : NULL,
        .memory_n = p->memory_n,
    };
}

int ask_plain(const struct model *m, const struct reader *reader, const char *text,
              size_t n, struct str *plain, struct err *err)
{
    if (check_text(text, n, err) < 0)
        return -1;
    str_addn(plain, text, n);
    return reader && reader->question ? reader->question(&m->set, text, plain, err) : 0;
}

int ask_start(struct ask *a, const struct model *m, const struct reader *reader,
              const struct knobs *k, int show, const char *text, size_t n,
              struct err *err)
{
    struct decode_options o = k->decode;
    struct str plain = STR_INIT;
    double began = now();
    *a = (struct ask){ .first = -1, .text = "", .vectors = m->tgt.dim > 0 };
    o.seed = a->seed = k->seed < 0 ? ask_seed() : (uint64_t)k->seed;
    o.show = show;
    if (ask_plain(m, reader, text, n, &plain, err) == 0)
        a->decode = decode_start(m, str_cstr(&plain), &o, err);
    str_release(&plain);
    a->seconds = now() - began;
    return a->decode ? 0 : -1;
}

void ask_again(struct ask *a, const struct model *m, const struct knobs *k, int show,
               const struct plan *plan)
{
    struct decode_options o = k->decode;
    double began = now();
    *a = (struct ask){ .first = -1, .text = "", .seed = plan->seed };
    o.seed = plan->seed;
    o.show = show;
    o.forced = plan->forced.id;
    o.forced_n = plan->forced.n;
    o.attend = plan->attend.id;
    o.attend_n = plan->attend.n;
    o.memory = plan->memory;
    o.max_len = (o.max_len ? o.max_len : MAX(m->tgt.len, 1)) + plan->forced.n;
    a->decode = decode_start_ids(m, plan->src.id, plan->src.n, &o);
    a->seconds = now() - began;
}

int ask_next(struct ask *a, struct decode_step *s)
{
    double began = now();
    int more = decode_next(a->decode, s);
    a->seconds += now() - began;
    if (!more)
        return 0;
    if (s->t == 0)
        a->ready = a->seconds;
    size_t length = strlen(s->text);
    if (length > a->length) {
        a->first = a->first < 0 ? s->t : a->first;
        a->tokens = s->t - a->first + 1;
        a->length = length;
    }
    a->text = s->text;
    a->logp = decode_score(a->decode);
    a->bits = decode_bits(a->decode);
    return 1;
}

void ask_end(struct ask *a)
{
    decode_free(a->decode);
    a->decode = NULL;
}

const char *ask_p(char buf[16], double p)
{
    if (p >= 1 - 1e-6)
        snprintf(buf, 16, "1.00");
    else if (p >= 0.001)
        snprintf(buf, 16, ".%03d", (int)(1000 * p));
    else
        snprintf(buf, 16, "%.0e", p);
    return buf;
}

void ask_figures(const struct ask *a, const struct knobs *k, bool plain, struct str *out)
{
    char p[16], bits[32], ms[32];
    bool drawn = k->decode.strategy == &strategy_sample;
    ask_p(p, exp(a->logp));
    snprintf(bits, sizeof bits, a->bits < 9.995 ? "%.2f" : "%.0f", a->bits);
    snprintf(ms, sizeof ms, a->seconds < 0.00095 ? "%.1f" : "%.0f", 1e3 * a->seconds);
    if (a->vectors) {
        str_addf(out, plain ? "%d vector%s, %s ms" : "%d vector%s  %s ms", a->tokens,
                 a->tokens == 1 ? "" : "s", ms);
        return;
    }
    const char *short_bits = bits[0] == '0' ? bits + 1 : bits;
    if (plain)
        str_addf(out, "probability %s, entropy %s bit, %d token%s, %s ms", p, bits,
                 a->tokens, a->tokens == 1 ? "" : "s", ms);
    else
        str_addf(out, "p %s  H %s bit  %d tok  %s ms", p, short_bits, a->tokens, ms);
    if (drawn)
        str_addf(out, "%s %llu", plain ? ", seed" : "  seed",
                 (unsigned long long)a->seed);
}
