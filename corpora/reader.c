#include "corpora/reader.h"

#include "base/file.h"
#include "base/rng.h"
#include "base/utf8.h"

const struct reader *const reader_table[] = {
    &reader_arithmetic,
    &reader_tsv,
    NULL,
};

const struct reader *reader_find(const char *data, struct err *err)
{
    struct str names = STR_INIT;
    for (const struct reader *const *r = reader_table; *r; r++) {
        if (!strcmp((*r)->name, data)) {
            str_release(&names);
            return *r;
        }
        if ((*r)->generates)
            str_addf(&names, "%s%s", names.n ? ", " : "", (*r)->name);
    }
    if (file_is(data)) {
        str_release(&names);
        return &reader_tsv;
    }
    err_set(err, "data: '%s' is neither a file that can be read nor one of: %s",
            utf8_quote(data).s, str_cstr(&names));
    str_release(&names);
    return NULL;
}

uint64_t reader_key(int data_seed, uint64_t content)
{
    struct rng r;
    rng_init(&r, (uint64_t)data_seed, RNG_SPLIT, content);
    return rng_u64(&r);
}

double reader_key_unit(uint64_t key)
{
    return (double)(key >> 11) * 0x1p-53;
}
