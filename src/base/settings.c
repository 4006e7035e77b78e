#include "base/settings.h"

#include "base/file.h"
#include "base/near.h"
#include "base/utf8.h"

enum {
    CONFIG_SIZE = 1 << 20, /* bytes of a config file */
    CONFIG_LINE = 1000,    /* bytes of a line of it */
    CONFIG_ROWS = 256,     /* rows of the table, in the book of what a file has set */
};

static void *field_of(struct settings *s, const struct setting *row)
{
    return (char *)s + row->offset;
}

static const void *field_in(const struct settings *s, const struct setting *row)
{
    return (const char *)s + row->offset;
}

void settings_init(struct settings *s)
{
    struct err err;
    memset(s, 0, sizeof *s); /* the ends of texts too: equal settings are equal bytes */
    for (int i = 0; i < setting_count; i++)
        if (settings_set(s, setting_table[i].key, setting_table[i].dflt, &err) < 0)
            BUG("default of %s: %s", setting_table[i].key, err.msg);
}

const struct setting *setting_find(const char *key)
{
    for (int i = 0; i < setting_count; i++)
        if (!strcmp(setting_table[i].key, key))
            return &setting_table[i];
    return NULL;
}

static int unknown_key(const char *key, struct err *err)
{
    struct near n = near_to(key);
    for (int i = 0; i < setting_count; i++)
        near_try(&n, setting_table[i].key);
    if (n.best)
        return err_set(err, "unknown setting '%s': did you mean '%s'?",
                       utf8_quote(key).s, n.best);
    return err_set(err, "unknown setting '%s'", utf8_quote(key).s);
}

/* ---- one value ------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes the quotes off, or the blanks around a value without them. */
static int unquote(const char *key, const char *value, struct str *out, struct err *err)
{
    while (is_blank(*value))
        value++;
    str_add(out, value);
    while (out->n && is_blank(out->s[out->n - 1]))
        str_cut(out, out->n - 1);
    if (out->n == 0 || out->s[0] != '"')
        return 0;
    size_t from = 1, to = 0;
    while (from < out->n && out->s[from] != '"') {
        if (out->s[from] == '\\' && from + 1 < out->n)
            from++;
        out->s[to++] = out->s[from++];
    }
    if (from == out->n)
        return err_set(err, "%s: the closing quote is missing", key);
    if (from + 1 < out->n)
        return err_set(err, "%s: '%s' follows the closing quote", key,
                       utf8_quote(out->s + from + 1).s);
    str_cut(out, to);
    return 0;
}

static int out_of_range(const struct setting *row, const char *value, struct err *err)
{
    return err_set(err, "%s = %s is out of range: %.10g to %.10g", row->key,
                   utf8_quote(value).s, row->min, row->max);
}

static int parse_whole(const struct setting *row, const char *value, int *out,
                       struct err *err)
{
    double any;
    long v;
    if (parse_long(value, (long)row->min, (long)row->max, &v)) {
        *out = (int)v;
        return 0;
    }
    if (parse_long(value, INT64_MIN, INT64_MAX, &v) ||
        (parse_double(value, &any) && (any < row->min || any > row->max)))
        return out_of_range(row, value, err);
    return err_set(err, "%s: '%s' is not a whole number", row->key, utf8_quote(value).s);
}

static int set_text(const struct setting *row, const char *value, char *field,
                    struct err *err)
{
    size_t n = strlen(value);
    uint32_t cp;
    if (n >= SETTING_TEXT)
        return err_set(err, "%s: %zu bytes are too many: at most %d", row->key, n,
                       SETTING_TEXT - 1);
    for (size_t i = 0, k; i < n; i += k) {
        k = utf8_next(value + i, n - i, &cp);
        if (k == 0)
            return err_set(err, "%s: not valid UTF-8", row->key);
        if (utf8_control(cp))
            return err_set(err, "%s: control characters are not allowed", row->key);
    }
    memset(field, 0, SETTING_TEXT);
    memcpy(field, value, n);
    return 0;
}

static int set_choice(const struct setting *row, const char *value, char *field,
                      struct err *err)
{
    struct str all = STR_INIT;
    for (const char *const *c = row->choice; *c; c++) {
        if (!strcmp(*c, value)) {
            str_release(&all);
            return set_text(row, value, field, err);
        }
        str_addf(&all, "%s%s", all.n ? ", " : "", *c);
    }
    err_set(err, "%s: '%s' is none of %s", row->key, utf8_quote(value).s, all.s);
    str_release(&all);
    return -1;
}

static int set_real(const struct setting *row, const char *value, double *field,
                    struct err *err)
{
    double v;
    if (!parse_double(value, &v))
        return err_set(err, "%s: '%s' is not a number", row->key, utf8_quote(value).s);
    if (v < row->min || v > row->max)
        return out_of_range(row, value, err);
    *field = v;
    return 0;
}

static int set_pair(const struct setting *row, const char *value, struct pair_int *field,
                    struct err *err)
{
    struct pair_int v;
    struct str half = STR_INIT;
    const char *comma = strchr(value, ',');
    str_addn(&half, value, comma ? (size_t)(comma - value) : strlen(value));
    str_trim(&half);
    int bad = parse_whole(row, str_cstr(&half), &v.enc, err);
    v.dec = v.enc;
    if (!bad && comma) {
        for (comma++; is_blank(*comma); comma++)
            ;
        bad = parse_whole(row, comma, &v.dec, err);
    }
    str_release(&half);
    if (!bad)
        *field = v;
    return bad;
}

static int set_field(const struct setting *row, const char *value, void *field,
                     struct err *err)
{
    switch (row->type) {
    case SET_TEXT:
        return set_text(row, value, field, err);
    case SET_CHOICE:
        return set_choice(row, value, field, err);
    case SET_INT:
        return parse_whole(row, value, field, err);
    case SET_REAL:
        return set_real(row, value, field, err);
    case SET_PAIR:
        return set_pair(row, value, field, err);
    case SET_BOOL:
        if (parse_bool(value, field))
            return 0;
        return err_set(err, "%s: '%s' is neither true nor false", row->key,
                       utf8_quote(value).s);
    }
    BUG("setting %s has no type", row->key);
}

int settings_set(struct settings *s, const char *key, const char *value, struct err *err)
{
    struct str plain = STR_INIT;
    const struct setting *row = setting_find(key);
    if (!row)
        return unknown_key(key, err);
    int bad = unquote(key, value, &plain, err);
    if (!bad)
        bad = set_field(row, str_cstr(&plain), field_of(s, row), err);
    str_release(&plain);
    return bad;
}

int settings_assign(struct settings *s, const char *assignment, struct err *err)
{
    struct str key = STR_INIT;
    const char *eq = strchr(assignment, '=');
    if (!eq)
        return err_set(err, "expected key=value, not '%s'", utf8_quote(assignment).s);
    while (is_blank(*assignment))
        assignment++;
    str_addn(&key, assignment, (size_t)(eq - assignment));
    str_trim(&key);
    int bad = settings_set(s, str_cstr(&key), eq + 1, err);
    str_release(&key);
    return bad;
}

/* ---- a file of them -------------------------------------------------------------- */

/* Cuts a comment off: a # that is not inside quotes. */
static void drop_comment(char *line)
{
    char *c = strchr(line, '=');
    char *hash = strchr(line, '#');
    if (c && hash && c < hash) {
        for (c++; is_blank(*c); c++)
            ;
        if (*c == '"')
            for (c++; *c && *c != '"'; c++)
                if (*c == '\\' && c[1])
                    c++;
        hash = strchr(c, '#');
    }
    if (hash)
        *hash = '\0';
}

/* first[i]: the line that set row i, 0 none. line is changed. */
static int parse_line(struct settings *s, char *line, long number, long *first,
                      struct err *err)
{
    drop_comment(line);
    if (line[strspn(line, " \t")] == '\0')
        return 0;
    if (!strchr(line, '='))
        return err_set(err, "expected key = value, not '%s'", utf8_quote(line).s);
    if (settings_assign(s, line, err) < 0)
        return -1;
    line += strspn(line, " \t");
    line[strcspn(line, " \t=")] = '\0';
    long *before = &first[setting_find(line) - setting_table];
    if (*before)
        return err_set(err, "%s is set twice: line %ld sets it too", line, *before);
    *before = number;
    return 0;
}

/* A line as a string, or why it is none. */
static int check_line(const char *p, size_t n, char *line, struct err *err)
{
    if (n > CONFIG_LINE)
        return err_set(err, "a line of %zu bytes: at most %d", n, CONFIG_LINE);
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f)
            return err_set(err, "a control character (byte 0x%02x)", (unsigned char)p[i]);
    memcpy(line, p, n);
    line[n] = '\0';
    return 0;
}

int settings_parse(struct settings *s, const char *text, size_t n, const char *name,
                   struct err *err)
{
    struct settings new = *s;
    long first[CONFIG_ROWS] = { 0 }, number = 1;
    char line[CONFIG_LINE + 1];
    struct err why;
    if (setting_count > CONFIG_ROWS)
        BUG("%d settings", setting_count);
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        n -= 3;
    }
    for (size_t at = 0; at < n; number++) {
        const char *nl = memchr(text + at, '\n', n - at);
        size_t len = nl ? (size_t)(nl - (text + at)) : n - at;
        size_t bare = len && text[at + len - 1] == '\r' ? len - 1 : len;
        if (check_line(text + at, bare, line, &why) < 0 ||
            parse_line(&new, line, number, first, &why) < 0)
            return err_at(err, name, number, "%s", why.msg);
        at += len + 1;
    }
    *s = new;
    return 0;
}

int settings_load(struct settings *s, const char *path, struct err *err)
{
    struct str text = STR_INIT;
    int bad = file_read(path, CONFIG_SIZE, &text, err);
    if (!bad)
        bad = settings_parse(s, str_cstr(&text), text.n, path, err);
    str_release(&text);
    return bad;
}

/* ---- and back -------------------------------------------------------------------- */

static bool wants_quotes(const char *v)
{
    size_t n = strlen(v);
    return n == 0 || is_blank(v[0]) || is_blank(v[n - 1]) || v[0] == '"' ||
           strchr(v, '#');
}

static void show_text(const char *v, struct str *out)
{
    if (!wants_quotes(v)) {
        str_add(out, v);
        return;
    }
    str_addc(out, '"');
    for (; *v; v++) {
        if (*v == '"' || *v == '\\')
            str_addc(out, '\\');
        str_addc(out, *v);
    }
    str_addc(out, '"');
}

void setting_show(const struct settings *s, const struct setting *row, struct str *out)
{
    const void *field = field_in(s, row);
    const struct pair_int *pair = field;
    switch (row->type) {
    case SET_TEXT:
    case SET_CHOICE:
        show_text(field, out);
        break;
    case SET_INT:
        str_addf(out, "%d", *(const int *)field);
        break;
    case SET_REAL:
        str_add_double(out, *(const double *)field);
        break;
    case SET_BOOL:
        str_add(out, *(const bool *)field ? "true" : "false");
        break;
    case SET_PAIR:
        str_addf(out, "%d", pair->enc);
        if (pair->dec != pair->enc)
            str_addf(out, ",%d", pair->dec);
        break;
    }
}

void settings_dump(const struct settings *s, struct str *out)
{
    for (int i = 0; i < setting_count; i++) {
        str_addf(out, "%s = ", setting_table[i].key);
        setting_show(s, &setting_table[i], out);
        str_addc(out, '\n');
    }
}
