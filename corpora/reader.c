#include "corpora/reader.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

const struct reader *const reader_table[] = {
    &reader_arithmetic,
    &reader_reverse,
    &reader_waves,
    &reader_tsv,
    &reader_dialog,
    &reader_srt,
    &reader_srt_pair,
    &reader_moses,
    &reader_cornell,
    &reader_dailydialog,
    &reader_mo,
    NULL,
};

static const struct reader *find_row(const char *name, bool generates)
{
    for (const struct reader *const *r = reader_table; *r; r++)
        if ((*r)->generates == generates && !strcmp((*r)->name, name))
            return *r;
    return NULL;
}

/* data is a word of the person who wrote the settings, and perhaps misspelt. */
static int not_found(const struct settings *s, struct err *err)
{
    struct str names = STR_INIT;
    struct utf8_quote data = utf8_quote(s->data);
    for (const struct reader *const *r = reader_table; *r; r++)
        if ((*r)->generates)
            str_addf(&names, "%s%s", names.n ? ", " : "", (*r)->name);
    if (s->origin[0])
        err_set(err, "data: there is no file '%s' here: get it from %s, or set data to "
                     "where it is",
                data.s, s->origin);
    else
        err_set(err, "data: '%s' is neither a file that can be read nor one of: %s",
                data.s, str_cstr(&names));
    str_release(&names);
    return -1;
}

const struct reader *reader_format(const char *format)
{
    return find_row(format, false);
}

const struct reader *reader_find(const struct settings *s, struct err *err)
{
    const struct reader *r = find_row(s->data, true), *file = find_row(s->format, false);
    if (!r && file && (file_is(s->data) || (file->folders && dir_is(s->data))))
        r = file;
    if (!r)
        not_found(s, err);
    return r;
}

static int place(struct settings *s, const char *key, const char *name,
                 char *const *folder, int n, struct err *err)
{
    for (int i = 0; i < n; i++) {
        char *path = path_join(folder[i], name);
        bool found = file_is(path);
        int bad = found ? settings_set(s, key, path, err) : 0;
        free(path);
        if (found)
            return bad;
    }
    return 0; /* reading it will tell */
}

int reader_place(struct settings *s, char *const *folder, int n, struct err *err)
{
    if (!find_row(s->data, true) && !file_is(s->data) &&
        place(s, "data", s->data, folder, n, err) < 0)
        return -1;
    if (s->more[0] && !file_is(s->more) && place(s, "more", s->more, folder, n, err) < 0)
        return -1;
    if (!s->valid_data[0] || file_is(s->valid_data))
        return 0;
    return place(s, "valid_data", s->valid_data, folder, n, err);
}

uint64_t reader_key(int data_seed, uint64_t content)
{
    struct rng r;
    rng_init(&r, (uint64_t)data_seed, RNG_SPLIT, content);
    return rng_u64(&r);
}

uint64_t reader_hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h;
}

double reader_key_unit(uint64_t key)
{
    return (double)(key >> 11) * 0x1p-53;
}
