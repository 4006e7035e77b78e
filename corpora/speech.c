#include "corpora/speech.h"

#include "base/utf8.h"
#include "corpora/markup.h"

#include <strings.h>
#include <unictype.h>

static const char *const found_text[SPEECH_BITS] = {
    "tags: dropped",
    "descriptions in brackets: dropped",
    "entities: now characters",
    "names of speakers: they part the speech",
    "dashes: they part the speech",
    "characters that are not seen: dropped",
    "lines in another script: dropped",
    "an advert: left out",
    "a song: left out",
    "letters that were lost before (U+FFFD): left out",
    "more voices than can be told apart: joined",
};

const char *speech_found_text(int bit)
{
    return found_text[bit];
}

/* ---- whole cues that say nothing ------------------------------------------------- */

static bool has(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

static bool has_any_case(const char *text, const char *what)
{
    for (; *text; text++)
        if (!strncasecmp(text, what, strlen(what)))
            return true;
    return false;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "@name" or "name@place": a channel or an address. */
static bool has_address(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at)
        return false;
    char before = at > text ? at[-1] : ' ', after = at[1];
    return (after > ' ' && after != '@') || before > ' ';
}

/* "Name.com", wherever it stands: what ends a sentence has a blank behind it. */
static bool has_domain(const char *text)
{
    static const char *const top[] = { "com", "net", "org", "info", "bid", "ir" };
    for (const char *dot = strchr(text, '.'); dot; dot = strchr(dot + 1, '.')) {
        size_t n = 0;
        while (is_letter_or_digit(dot[1 + n]))
            n++;
        if (dot == text || !is_letter_or_digit(dot[-1]))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(top); i++)
            if (n == strlen(top[i]) && !strncasecmp(dot + 1, top[i], n))
                return true;
    }
    return false;
}

static bool advert(const char *text)
{
    static const char *const marks[] = {
        "www.", "http:", "https:", "opensubtitles", "subscene", "addic7ed", "subtitles by",
        "subtitle by", "subtitled by", "synced by", "sync by", "sync:", "synced and",
        "sync, corrected", "corrected by", "corrections by", "encoded by", "ripped by",
        "captioned by", "captioning by", "captioning sponsored", "captions by",
        "translated by", "translation:", "transcript by", ".blogspot.", "telegram.me",
        "t.me/", "traduction:", "traduzione:", "synchro:", "untertitel:", "زیرنویس",
        "زيرنويس", "مترجم:", "字幕组", "本字幕",
    };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (has_any_case(text, marks[i]))
            return true;
    return has_address(text) || has_domain(text);
}

static unsigned silent(const char *text)
{
    if (advert(text))
        return SPEECH_ADVERT;
    if (has(text, "♪") || has(text, "♫") || has(text, "♬"))
        return SPEECH_SONG;
    return has(text, "\xef\xbf\xbd") ? SPEECH_LOST : 0;
}

/* ---- one line -------------------------------------------------------------------- */

struct line {
    const char *p;
    size_t n;
};

static void skip_blanks(struct line *l)
{
    while (l->n && *l->p == ' ') {
        l->p++;
        l->n--;
    }
    while (l->n && l->p[l->n - 1] == ' ')
        l->n--;
}

static void skip(struct line *l, size_t n)
{
    l->p += n;
    l->n -= n;
    skip_blanks(l);
}

static bool starts(const struct line *l, const char *with)
{
    size_t n = strlen(with);
    return l->n >= n && !memcmp(l->p, with, n);
}

/* The label of CEDAC at the start: its scene and name ("None": not known). */
static bool take_label(struct line *l, struct say *say)
{
    const char *end = l->n && *l->p == MARKUP_LABEL ? memchr(l->p + 1, MARKUP_LABEL, l->n - 1)
                                                    : NULL;
    if (!end)
        return false;
    const char *name = memchr(l->p, ',', (size_t)(end - l->p));
    long scene = strtol(l->p + 1, NULL, 10);
    name++;
    size_t n = MIN((size_t)(end - name), SPEECH_NAME - 1);
    say->scene = scene > 0 && scene < INT32_MAX ? (int)scene : 0;
    if (n != 4 || memcmp(name, "None", 4)) {
        memcpy(say->name, name, n);
        say->name[n] = '\0';
    }
    skip(l, (size_t)(end - l->p) + 1);
    return true;
}

/* A dash that opens a speech; "--" goes on with one. */
static bool take_dash(struct line *l)
{
    static const char *const dashes[] = { "-", "–", "—", "‐", "−" };
    if (starts(l, "--"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(dashes); i++)
        if (starts(l, dashes[i])) {
            skip(l, strlen(dashes[i]));
            return l->n > 0;
        }
    return false;
}

/* Bytes of the "and" between two names at q. */
static size_t and_length(const char *q, const char *end)
{
    return end - q > 5 && !memcmp(q, " and ", 5) ? 5 : 0;
}

/* Capitals, digits, blanks and .'#&- before the colon, two capitals at least, "and" if it
 * is more than one; where the rest of the line shouts, a name such as "Jeff" will do. */
static size_t name_length(const struct line *l)
{
    int upper = 0, lower = 0, shout = 0, calm = 0;
    const char *colon = memchr(l->p, ':', MIN(l->n, SPEECH_NAME));
    if (!colon)
        return 0;
    for (const char *q = l->p; q < l->p + l->n; q++) {
        if (q < colon)
            q += and_length(q, colon);
        bool up = *q >= 'A' && *q <= 'Z', low = *q >= 'a' && *q <= 'z';
        if (q > colon) {
            shout += up;
            calm += low;
        } else if (q < colon) {
            if (!up && !low && !(*q >= '0' && *q <= '9') && !strchr(" .'#&-", *q))
                return 0;
            upper += up;
            lower += low;
        }
    }
    bool capitals = upper >= 2 && lower <= 1; /* "McKAY" */
    bool word = upper == 1 && lower >= 2 && *l->p <= 'Z' && shout >= 4 && calm == 0 &&
                !memchr(l->p, ' ', (size_t)(colon - l->p));
    return capitals || word ? (size_t)(colon - l->p) : 0;
}

static bool take_name(struct line *l, struct say *say)
{
    bool arrows = starts(l, ">>");
    if (arrows)
        skip(l, 2 + starts(l, ">>>"));
    size_t n = name_length(l);
    if (n) {
        memcpy(say->name, l->p, MIN(n, SPEECH_NAME - 1));
        say->name[MIN(n, SPEECH_NAME - 1)] = '\0';
        skip(l, n + 1);
    }
    return arrows || n;
}

/* More letters of other scripts than of this one? */
static bool is_foreign(const struct line *l, const uc_script_t *script)
{
    long own = 0, other = 0;
    uint32_t c;
    for (size_t i = 0, k; i < l->n; i += k ? k : 1) {
        k = utf8_next(l->p + i, l->n - i, &c);
        if (k && uc_is_property_alphabetic(c)) {
            own += uc_is_script(c, script);
            other += !uc_is_script(c, script);
        }
    }
    return other > own;
}

/* ---- the cue --------------------------------------------------------------------- */

static void add_line(struct speech *s, const struct line *l, const struct say *head)
{
    struct say *say = s->n ? &s->say[s->n - 1] : NULL;
    bool same = say && head->name[0] && !strcmp(head->name, say->name);
    if (say && head->other && !same && s->n == SPEECH_SAYS)
        s->found |= SPEECH_CROWD;
    if (!say || (head->other && !same && s->n < SPEECH_SAYS)) {
        say = &s->say[s->n++];
        *say = *head;
        say->at = s->text.n;
    } else {
        str_addc(&s->text, ' ');
    }
    for (size_t i = 0; i < l->n; i++) /* runs of blanks become one */
        if (l->p[i] != ' ' || l->p[i - 1] != ' ')
            str_addc(&s->text, l->p[i]);
    say->n = s->text.n - say->at;
}

/* Where the second speaker begins in "- Hi. - Hello."; 0: there is none. */
static size_t second_dash(const struct line *l)
{
    for (size_t i = 1; i + 3 < l->n; i++)
        if (strchr(".?!", l->p[i - 1]) && !memcmp(l->p + i, " - ", 3))
            return i + 1;
    return 0;
}

static void parse_line(struct speech *s, struct line l, const uc_script_t *script)
{
    struct say head = s->waiting;
    s->waiting = (struct say){ 0 };
    skip_blanks(&l);
    bool labelled = take_label(&l, &head);
    bool dashed = take_dash(&l);
    bool named = take_name(&l, &head);
    if (!dashed)
        dashed = take_dash(&l);
    if (l.n && *l.p == '#' && l.p[l.n - 1] == '#') {
        s->found |= SPEECH_SONG;
        return;
    }
    if (l.n && script && is_foreign(&l, script)) {
        s->found |= SPEECH_SCRIPT;
        return;
    }
    named |= labelled && head.name[0];
    s->found |= (dashed ? SPEECH_DASHED : 0) | (named ? SPEECH_NAMED : 0);
    head.other |= dashed || named;
    if (l.n == 0)
        s->waiting = head;
    size_t second = dashed ? second_dash(&l) : 0;
    struct line first = { l.p, second ? second - 1 : l.n };
    if (first.n)
        add_line(s, &first, &head);
    if (second)
        parse_line(s, (struct line){ l.p + second, l.n - second }, script);
}

void speech_parse(struct speech *s, const char *p, size_t n, const char *script)
{
    const uc_script_t *own = *script ? uc_script_byname(script) : NULL;
    s->n = 0;
    s->waiting = (struct say){ 0 };
    str_clear(&s->text);
    str_clear(&s->work);
    str_clear(&s->bare);
    s->found = markup_tags(p, n, &s->work);
    s->found |= silent(str_cstr(&s->work));
    if (s->found & (SPEECH_ADVERT | SPEECH_SONG | SPEECH_LOST))
        return;
    s->found |= markup_notes(str_cstr(&s->work), s->work.n, &s->bare);
    const char *from = str_cstr(&s->bare), *end = from + s->bare.n;
    while (from < end) {
        const char *nl = memchr(from, '\n', (size_t)(end - from));
        const char *stop = nl ? nl : end;
        parse_line(s, (struct line){ from, (size_t)(stop - from) }, own);
        from = stop + 1;
    }
}

void speech_release(struct speech *s)
{
    str_release(&s->text);
    str_release(&s->work);
    str_release(&s->bare);
}
