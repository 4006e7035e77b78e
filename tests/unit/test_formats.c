/* The formats of published corpora: pairs, broken places, films; and guessing them. */
#include "base/file.h"
#include "corpora/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/seqsh-formats-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int drop_folder(void **state)
{
    static const char *const names[] = { "a", "b", "movie_lines.txt", "a.srt", "b.srt",
                                         "movie_conversations.txt", "x.mo" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(names[i]);
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void put(const char *name, const char *text, size_t n)
{
    struct err err;
    if (file_write(name, text, n, &err) < 0)
        fail_msg("%s", err.msg);
}

#define PUT(name, text) put(name, text, sizeof text - 1)

/* "a>b@3(film)|" for a pair, "!3 why|" for what is broken, "-why|" left out, "+" mended. */
static void reads(const char *format, const char *path, const char *target, const char *want)
{
    struct settings s;
    struct example ex;
    struct err err;
    struct str got = STR_INIT;
    int more;
    settings_init(&s);
    assert_int_equal(settings_set(&s, "format", format, &err), 0);
    assert_int_equal(settings_set(&s, "data", path, &err), 0);
    assert_int_equal(settings_set(&s, "target", target, &err), 0);
    const struct reader *r = reader_find(&s, &err);
    void *own = r ? r->open(&s, path, &err) : NULL;
    if (!own)
        fail_msg("%s: %s", path, err.msg);
    while ((more = r->next(own, &ex, &err)) > 0)
        if (ex.kind == EXAMPLE_PAIR)
            str_addf(&got, "%s>%s@%ld%s%s|", ex.src, ex.tgt, ex.line, ex.group ? "/" : "",
                     ex.group ? ex.group : "");
        else if (ex.kind == EXAMPLE_BROKEN)
            str_addf(&got, "!%ld %s|", ex.line, ex.why);
        else
            str_addf(&got, "%c%s|", ex.kind == EXAMPLE_LEFT_OUT ? '-' : '+', ex.why);
    assert_int_equal(more, 0);
    r->close(own);
    if (strcmp(str_cstr(&got), want))
        fail_msg("%s: '%s', not '%s'", format, str_cstr(&got), want);
    str_release(&got);
}

static void moses_pairs_lines(void **state)
{
    (void)state;
    PUT("a", "one\ntwo\n\nfour\nfive\n");
    PUT("b", "uno\r\n \ntres\nquatr\xff\n");
    reads("moses", "a", "b", "one>uno@1|!2 the target is empty|!3 the source is empty|"
          "!4 the line is not valid UTF-8|!5 the target file has no such line|");
    struct settings s;
    struct err err;
    settings_init(&s);
    assert_null(reader_moses.open(&s, "a", &err));
    assert_string_equal(err.msg, "format = moses has two files: set target to the second");
}

static void cornell_has_films(void **state)
{
    (void)state;
    PUT("movie_lines.txt", "L1 +++$+++ u0 +++$+++ m0 +++$+++ ANN +++$+++ Caf\xe9?\r\n"
        "L2 +++$+++ u1 +++$+++ m0 +++$+++ BOB +++$+++ <u>No</u>.\r\n"
        "L3 +++$+++ u0 +++$+++ m0 +++$+++ ANN +++$+++ \r\n"
        "L4 +++$+++ u1 +++$+++ m0 +++$+++ BOB +++$+++ Ah.\r\nrubbish\r\n");
    PUT("movie_conversations.txt", "u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L2']\n"
        "u0 +++$+++ u1 +++$+++ m3 +++$+++ ['L2', 'L3', 'L4', 'L1']\nno\n"
        "u0 +++$+++ u1 +++$+++ m4 +++$+++ ['L1', 'L9', 'L2', 'L4']\n");
    static const char want[] = "Café?>No.@1/m0|-the utterance is empty|Ah.>Café?@2/m3|"
        "!3 not four fields|!4 the conversation names a line that is not in movie_lines.txt|"
        "No.>Ah.@4/m4|";
    reads("cornell", "movie_lines.txt", "", want);
    reads("cornell", ".", "", want);
    PUT("a", "0\tm0\tu0\tu1\tL1\tHi.\n0\tm0\tu0\tu1\tL2\tHo.\n1\tm0\tu0\tu1\tL3\tHu.\n"
        "1\tm0\n1\tm0\tu0\tu1\tL4\tHa.\n1\tm0\tu0\tu1\tL5\t\n");
    reads("cornell", "a", "", "Hi.>Ho.@2/m0|!4 not six fields|-the utterance is empty|");
}

static void dailydialog_has_talks(void **state)
{
    (void)state;
    PUT("a", "Hi . __eou__ Ho . __eou__ Hu . __eou__\nalone __eou__\n\nno mark\n"
        "a __eou__ __eou__ b __eou__\n");
    reads("dailydialog", "a", "", "Hi .>Ho .@1/1|Ho .>Hu .@1/1|-a talk of one utterance|"
          "!4 no __eou__ in the line|a>b@5/5|");
}

/* ---- .mo ------------------------------------------------------------------------- */

static void number(struct str *s, uint32_t v)
{
    str_addn(s, &v, 4);
}

static void mo_has_translations(void **state)
{
    static const struct {
        const char *src, *tgt;
        size_t n, m;
    } texts[] = {
        { "", "Content-Type: text/plain; charset=ISO-8859-1\n", 0, 45 },
        { "_File", "_Fichier", 5, 8 },
        { "menu\4Save &as", "Enregistrer &sous", 13, 17 },
        { "%d file\0%d files", "%d fichi\xe9\0%d fichiers", 16, 21 },
        { "snake_case & co", "caf\xe9", 15, 4 },
        { "Empty", "", 5, 0 },
    };
    enum { N = ARRAY_LEN(texts), BYTES = 28 + 16 * N };
    struct str head = STR_INIT, body = STR_INIT;
    (void)state;
    const uint32_t first[] = { 0x950412de, 0, N, 28, 28 + 8 * N, 0, 0 };
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        number(&head, first[i]);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < N; i++) {
            number(&head, (uint32_t)(side ? texts[i].m : texts[i].n));
            number(&head, (uint32_t)(BYTES + body.n));
            str_addn(&body, side ? texts[i].tgt : texts[i].src,
                     (side ? texts[i].m : texts[i].n) + 1);
        }
    str_addn(&head, body.s, body.n);
    put("x.mo", head.s, head.n);
    static const char want[] = "-the header|File>Fichier@2|Save as>Enregistrer sous@3|"
                               "%d file>%d fichié@4|snake_case & co>café@5|-no translation|";
    reads("mo", "x.mo", "", want);
    reads("mo", ".", "", want);
    put("x.mo", head.s, BYTES);
    reads("mo", "x.mo", "", "!1 a string beyond the end of the file|"
          "!2 a string beyond the end of the file|!3 a string beyond the end of the file|"
          "!4 a string beyond the end of the file|!5 a string beyond the end of the file|"
          "!6 a string beyond the end of the file|");
    PUT("x.mo", "short");
    reads("mo", "x.mo", "", "!0 the file is shorter than a header|");
    str_release(&head);
    str_release(&body);
}

/* ---- two subtitle files ---------------------------------------------------------- */

/* n cues at uneven times, each times rate plus offset; `hole` is left out. */
static void put_film(const char *name, const char *word, double rate, double offset, int hole)
{
    struct str s = STR_INIT;
    double t = 20;
    for (int i = 0; i < 60; i++) {
        t += 3 + (i * 7 % 11) * 0.37;
        long a = (long)((rate * t + offset) * 1000), b = a + (long)(rate * 2000);
        if (i != hole)
            str_addf(&s, "%d\n00:%02ld:%02ld,%03ld --> 00:%02ld:%02ld,%03ld\n%s %d.\n\n", i,
                     a / 60000, a / 1000 % 60, a % 1000, b / 60000, b / 1000 % 60, b % 1000,
                     word, i);
    }
    put(name, s.s, s.n);
    str_release(&s);
}

static int count_good(const char *a, const char *b)
{
    struct settings s;
    struct example ex;
    struct err err;
    int good = 0, more;
    settings_init(&s);
    settings_set(&s, "target", b, &err);
    void *r = reader_srt_pair.open(&s, a, &err);
    assert_non_null(r);
    while ((more = reader_srt_pair.next(r, &ex, &err)) > 0)
        if (ex.kind == EXAMPLE_PAIR) {
            assert_string_equal(strchr(ex.src, ' '), strchr(ex.tgt, ' '));
            good++;
        }
    assert_int_equal(more, 0);
    reader_srt_pair.close(r);
    return good;
}

static void clocks_are_set(void **state)
{
    (void)state;
    put_film("a.srt", "one", 1, 0, -1);
    put_film("b.srt", "uno", 1, 0, -1);
    assert_int_equal(count_good("a.srt", "b.srt"), 60);
    put_film("b.srt", "uno", 1, 31.5, -1);
    assert_int_equal(count_good("a.srt", "b.srt"), 60);
    put_film("b.srt", "uno", 25 / 23.976, -2.5, -1);
    assert_int_equal(count_good("a.srt", "b.srt"), 60);
    put_film("b.srt", "uno", 23.976 / 25, 12, 17);
    assert_int_equal(count_good("a.srt", "b.srt"), 59);
}

static void a_cue_can_be_two(void **state)
{
    (void)state;
    PUT("a.srt", "1\n00:00:01,000 --> 00:00:05,000\nOne, two.\n\n"
        "2\n00:00:06,000 --> 00:00:07,000\n- Three.\n- Four.\n\n"
        "3\n00:00:20,000 --> 00:00:21,000\nFive.\n");
    PUT("b.srt", "1\n00:00:01,000 --> 00:00:03,000\nUno,\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\ndos.\n\n"
        "3\n00:00:06,000 --> 00:00:07,000\n- Tres.\n- Cuatro.\n");
    reads("srt-pair", "a.srt", "b.srt", "+dashes: they part the speech|"
          "+dashes: they part the speech|+times of the target: * 1.00000 +0.00 s; 2 of 3 starts "
          "meet|One, two.>Uno, dos.@3/a.srt|- Three. - Four.>- Tres. - Cuatro.@7/a.srt|"
          "-no cue of the other file at this time|");
}

static void formats_are_guessed(void **state)
{
    (void)state;
    assert_string_equal(reader_guess(".", false), "cornell");
    assert_string_equal(reader_guess("movie_lines.txt", false), "cornell");
    assert_string_equal(reader_guess("a.srt", false), "srt");
    assert_string_equal(reader_guess("a.srt", true), "srt-pair");
    assert_string_equal(reader_guess("a", true), "moses");
    PUT("b", "Hi. __eou__ Ho. __eou__\n");
    assert_string_equal(reader_guess("b", false), "dailydialog");
    PUT("b", "0\tm0\tu0\tu1\tL1\tHi.\n");
    assert_string_equal(reader_guess("b", false), "cornell");
    PUT("b", "a\tb\n");
    assert_string_equal(reader_guess("b", false), "tsv");
    PUT("b", "1\n00:00:01,000 --> 00:00:02,000\n");
    assert_string_equal(reader_guess("b", false), "srt");
    PUT("b", "\xff\xfe" "1\0\n\0-\0-\0>\0"); /* UTF-16 */
    assert_string_equal(reader_guess("b", false), "srt");
    PUT("b", "\xde\x12\x04\x95");
    assert_string_equal(reader_guess("b", false), "mo");
    PUT("b", "Hi.\nHo.\n");
    assert_string_equal(reader_guess("b", false), "dialog");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moses_pairs_lines),   cmocka_unit_test(cornell_has_films),
        cmocka_unit_test(dailydialog_has_talks), cmocka_unit_test(mo_has_translations),
        cmocka_unit_test(clocks_are_set),      cmocka_unit_test(a_cue_can_be_two),
        cmocka_unit_test(formats_are_guessed),
    };
    return cmocka_run_group_tests_name("formats", tests, make_folder, drop_folder);
}
