/* tfevents: bytes as TensorFlow's own writer makes them; an exported run, read back. */
#include "run/tfevents.h"

#include "base/crc32c.h"
#include "base/file.h"
#include "ui/export_run.h"
#include "ui/run_metric.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

/* The check value of Castagnoli's polynomial, and the mask on it. */
static void checksums(void **state)
{
    (void)state;
    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c("", 0), 0);
    assert_int_equal(crc32c_masked("", 0), 0xa282ead8);
}

static void same_bytes(struct str *got, const char *want)
{
    struct str hex = STR_INIT;
    for (size_t i = 0; i < got->n; i++)
        str_addf(&hex, "%02x", (unsigned char)got->s[i]);
    assert_string_equal(str_cstr(&hex), want);
    str_release(&hex);
    str_clear(got);
}

/* Made with TensorBoard 2.21: its protobuf classes, its RecordWriter. */
static void bytes_of_tensorboard(void **state)
{
    struct str s = STR_INIT;
    (void)state;
    tfevents_begin(&s, 1757240000.25);
    same_bytes(&s, "1800000000000000a37f4b2209000010b0562fda411a0d627261696e2e4576656e743a"
                   "320fb5da0d");
    tfevents_scalar(&s, 1757240001.5, 300, "train/loss", 2.25);
    same_bytes(&s, "2100000000000000017becf609000060b0562fda4110ac022a130a110a0a747261696e"
                   "2f6c6f7373150000104043840d70");
    tfevents_restart(&s, 1.5, 7);
    same_bytes(&s, "0f000000000000006d532b0909000000000000f83f10073a020801774771c7");
    tfevents_text(&s, 2.5, 352, "notes", "hi \xc3\xa9", 5);
    same_bytes(&s, "3200000000000000241956ec09000000000000044010e0022a240a220a056e6f746573"
                   "420f08071204120208014205686920c3a94a080a060a0474657874abcebdd6");
    str_release(&s);
}

/* ---- a reader ---- */

struct scalar {
    double time;
    int64_t step;
    char tag[32];
    float v;
};

static uint64_t fixed(const unsigned char *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static uint64_t varint(const unsigned char **p)
{
    uint64_t v = 0;
    for (int shift = 0;; shift += 7, ++*p) {
        v |= (uint64_t)(**p & 127) << shift;
        if (**p < 128) {
            ++*p;
            return v;
        }
    }
}

/* The fields of a message, those within it too. */
static void parse(const unsigned char *p, const unsigned char *end, int depth,
                  struct scalar *s)
{
    while (p < end) {
        uint64_t key = varint(&p), n = 0;
        switch (key & 7) {
        case 0: n = varint(&p); break;
        case 1: n = fixed(p, 8); p += 8; break;
        case 5: n = fixed(p, 4); p += 4; break;
        default: n = varint(&p); break;
        }
        if (depth == 0 && key == (1 << 3 | 1))
            memcpy(&s->time, &n, 8);
        if (depth == 0 && key == 2 << 3)
            s->step = (int64_t)n;
        if (depth == 2 && key == (2 << 3 | 5)) {
            uint32_t bits = (uint32_t)n;
            memcpy(&s->v, &bits, 4);
        }
        if ((key & 7) != 2)
            continue;
        if (depth == 2 && key == (1 << 3 | 2))
            snprintf(s->tag, sizeof s->tag, "%.*s", (int)n, (const char *)p);
        else if ((depth == 0 && key == (5 << 3 | 2)) || (depth == 1 && key == (1 << 3 | 2)))
            parse(p, p + n, depth + 1, s);
        p += n;
    }
    assert_ptr_equal(p, end);
}

/* 1, 0 at the end; checksums and lengths must be right. */
static int next_scalar(const struct str *file, size_t *at, struct scalar *s)
{
    if (*at == file->n)
        return 0;
    const unsigned char *p = (const unsigned char *)file->s + *at;
    uint64_t n = fixed(p, 8);
    assert_true(*at + n + 16 <= file->n);
    assert_int_equal(fixed(p + 8, 4), crc32c_masked(p, 8));
    assert_int_equal(fixed(p + 12 + n, 4), crc32c_masked(p + 12, n));
    *s = (struct scalar){ .v = NAN };
    parse(p + 12, p + 12 + n, 0, s);
    *at += n + 16;
    return 1;
}

static const char *fixture(void)
{
    static char path[4096];
    const char *src = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/tests/screen/fixture/add3-0907", src ? src : ".");
    return path;
}

/* Each number of events.jsonl is in the event file, in order, as a float. */
static void a_run_read_back(void **state)
{
    char dir[] = "/tmp/seqsh-tfevents.XXXXXX", path[100];
    struct export_run want = { .format = RUN_TENSORBOARD, .out = mkdtemp(dir), .since = -1 };
    struct run_file f;
    struct run_record rec;
    struct str file = STR_INIT;
    struct scalar s;
    struct err err;
    size_t at = 0, found = 0;
    double v;
    (void)state;
    if (export_run(&want, fixture(), &err) < 0)
        fail_msg("%s", err.msg);
    snprintf(path, sizeof path, "%s/events.out.tfevents.1757240000.seqsh", dir);
    assert_int_equal(file_read(path, 1 << 24, &file, &err), 0);
    run_file_init(&f, fixture());
    assert_true(run_file_open(&f));
    while (run_file_next(&f, &rec)) {
        for (const struct run_metric *m = run_metric_table; m->name; m++) {
            if (!run_metric_in(m, rec.line, &v))
                continue;
            do
                assert_int_equal(next_scalar(&file, &at, &s), 1);
            while (!strchr(s.tag, '/'));
            assert_string_equal(s.tag, m->tag);
            assert_int_equal(s.step, run_line_number(rec.line, FIELD_STEP));
            assert_true(s.time == run_line_number(rec.line, FIELD_T));
            assert_true(s.v == (float)v || (isnan(s.v) && isnan(v)));
            found++;
        }
    }
    while (next_scalar(&file, &at, &s))
        assert_null(strchr(s.tag, '/'));
    assert_true(found > 1000);
    run_file_release(&f);
    str_release(&file);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums),
        cmocka_unit_test(bytes_of_tensorboard),
        cmocka_unit_test(a_run_read_back),
    };
    return cmocka_run_group_tests_name("tfevents", tests, NULL, NULL);
}
