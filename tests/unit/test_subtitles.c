/* Cues become turns, turns become pairs of a film. */
#include "corpora/reader.h"
#include "corpora/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/seqsh-subtitles-XXXXXX";
static char path_a[64], path_b[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path_a, sizeof path_a, "%s/a.srt", folder);
    snprintf(path_b, sizeof path_b, "%s/b.SRT", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    unlink(path_a);
    unlink(path_b);
    return rmdir(folder);
}

static void put_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

/* A file of cues, a second each; "+9 Hi." comes 9 seconds after the one before. */
static void put_cues(const char *path, const char *const *cue)
{
    struct str s = STR_INIT;
    int t = 0;
    for (int i = 0; cue[i]; i++) {
        char *text = (char *)cue[i];
        if (*text == '+')
            t += (int)strtol(text + 1, &text, 10);
        str_addf(&s, "%d\n00:%02d:%02d,000 --> 00:%02d:%02d,900\n%s\n\n", i + 1, t / 60,
                 t % 60, t / 60, t % 60, text);
        t++;
    }
    put_file(path, s.s);
    str_release(&s);
}

/* "a>b|" for the pairs, "#why*times|" for the rest. */
static void reads(const char *path, const char *script, const char *want)
{
    struct settings s;
    struct example ex;
    struct err err;
    struct str got = STR_INIT;
    int more;
    settings_init(&s);
    assert_int_equal(settings_set(&s, "script", script, &err), 0);
    void *r = reader_srt.open(&s, path, &err);
    assert_non_null(r);
    while ((more = reader_srt.next(r, &ex, &err)) > 0)
        if (ex.kind == EXAMPLE_PAIR)
            str_addf(&got, "%s>%s|", ex.src, ex.tgt);
        else
            str_addf(&got, "#%.9s*%d|", ex.why, ex.times);
    assert_int_equal(more, 0);
    if (strcmp(str_cstr(&got), want))
        fail_msg("'%s', not '%s'", str_cstr(&got), want);
    reader_srt.close(r);
    str_release(&got);
}

#define CUES(...) put_cues(path_a, (const char *[]){ __VA_ARGS__, NULL })

static void cues_become_turns(void **state)
{
    (void)state;
    CUES("Where are you", "going?", "Home.");
    reads(path_a, "any", "Where are you going?>Home.|");
    CUES("I went home,", "and then I slept.", "and so on.", "Really?");
    reads(path_a, "any", "I went home, and then I slept. and so on.>Really?|");
    CUES("- Hi.\n- Hello.", "- You?\n- Fine.");
    reads(path_a, "any", "#dashes: t*2|Hi.>Hello.|Hello.>You?|You?>Fine.|");
    CUES("ANN: Go.", "ANN: Now!", "BOB: No.");
    reads(path_a, "any", "#names of *3|Go. Now!>No.|");
    CUES("<1-1,ANN>Go.", "<1-2,ANN>Why?", "<1-3,BOB>so", "<2-1,CYD>Yes.");
    reads(path_a, "any", "#names of *4|Go. Why?>so|");
    CUES("Good.\n很好。", "No.\n不。");
    reads(path_a, "latin", "#lines in *2|Good.>No.|");
}

static void a_pause_cuts(void **state)
{
    (void)state;
    CUES("One?", "Two.", "+7 Three?", "+8 Four.", "Five!");
    reads(path_a, "any", "One?>Two.|Two.>Three?|Four.>Five!|");
}

static void films_without_points_have_a_turn_a_cue(void **state)
{
    (void)state;
    CUES("One", "Two", "Three");
    reads(path_a, "any", "One>Two|Two>Three|");
}

static void what_is_left_out_is_told(void **state)
{
    (void)state;
    CUES("<i>Hi?</i>", "[SIGHS]", "www.x.org", "No.", "♪ la ♪", "");
    reads(path_a, "any", "#cues with*1|#tags: dro*1|#descripti*1|#an advert*1|#a song: l*1|"
          "#nothing b*1|Hi?>No.|");
    put_file(path_a, "");
    reads(path_a, "any", "#no cue in*1|");
}

static void a_folder_is_many_films(void **state)
{
    (void)state;
    struct settings s;
    struct example ex, first;
    struct err err;
    CUES("One?", "Two.");
    put_cues(path_b, (const char *[]){ "Three?", "Four.", NULL });
    reads(folder, "any", "One?>Two.|Three?>Four.|");
    settings_init(&s);
    void *r = reader_srt.open(&s, folder, &err);
    assert_int_equal(reader_srt.next(r, &first, &err), 1);
    assert_string_equal(first.group, path_a);
    assert_int_equal(first.line, 7);
    assert_int_equal(reader_srt.next(r, &ex, &err), 1);
    assert_string_equal(ex.file, path_b);
    assert_true(ex.key != first.key);
    reader_srt.close(r);
    assert_int_equal(settings_set(&s, "data", folder, &err), 0);
    assert_null(reader_find(&s, &err)); /* tsv takes no folders */
    assert_int_equal(settings_set(&s, "format", "srt", &err), 0);
    assert_ptr_equal(reader_find(&s, &err), &reader_srt);
}

static int points(const char *a, const char *b)
{
    return turn_points(a, strlen(a), b, strlen(b), true);
}

static void points_follow_the_signs(void **state)
{
    (void)state;
    assert_true(points("Go home.", "Never.") > 0);
    assert_true(points("Go home", "Never.") < 0);
    assert_true(points("Go home.", "never.") < 0);
    assert_true(points("Go...", "Never.") < 0);
    assert_true(points("Go...", "Yes.") > 0);
    assert_true(points("I go.", "I stay.") < 0);
    assert_true(points("Go?", "Never.") > points("Go!", "Never."));
    assert_true(points("Go!\"", "Never.") > points("Go.", "Never."));
    assert_true(turn_points("Go", 2, "Never", 5, false) > 0);
    assert_true(points("Go.", "Never?") > points("Go.", "Never!"));
    assert_true(points("Go.", "Never!") > points("Go.", "Never."));
    assert_true(points("Go.", "Never,") < points("Go.", "Never"));
}

static void points_follow_the_words(void **state)
{
    (void)state;
    assert_true(points("Go.", "YES.") > points("Go.", "Oh."));
    assert_true(points("Go.", "Oh.") > points("Go.", "What."));
    assert_true(points("Go.", "What.") > points("Go.", "Home."));
    assert_true(points("Go.", "Home.") > points("Go.", "The."));
    assert_true(points("Go.", "The.") > points("Go.", "And."));
    assert_true(points("Go.", "Yesterday.") == points("Go.", "Home."));
    assert_true(points("Go.", "\"- Yes.") == points("Go.", "Yes."));
    assert_true(points("Go, I said.", "Home, I say.") < points("Go, he said.", "Home, I say."));
    assert_true(points("You go.", "Home, you!") < points("We go.", "Home, you!"));
    assert_true(points("Here I am.", "Home, you!") > points("Here he is.", "Home, you!"));
    assert_true(points("Here you are.", "Home, I'm!") > points("Here he is.", "Home, I'm!"));
    assert_true(points("Mexico is.", "Home, you!") == points("Here he is.", "Home, you!"));
}

static void names_judge_the_points(void **state)
{
    (void)state;
    static const char file[] = "<1-1,A>Hi.\n\n<1-2,B>Ho.\n\n<1-3,B>Hu.\n\n<1-4,None>x\n";
    struct srt srt;
    struct turns t;
    srt_parse(&srt, file, strlen(file));
    turns_make(&t, &srt, "");
    assert_int_equal(t.judged, 2);
    assert_int_equal(t.agreed, 1); /* Ho. Hu.: the points say two speakers */
    turns_release(&t);
    srt_release(&srt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cues_become_turns),
        cmocka_unit_test(a_pause_cuts),
        cmocka_unit_test(films_without_points_have_a_turn_a_cue),
        cmocka_unit_test(what_is_left_out_is_told),
        cmocka_unit_test(a_folder_is_many_films),
        cmocka_unit_test(points_follow_the_signs),
        cmocka_unit_test(points_follow_the_words),
        cmocka_unit_test(names_judge_the_points),
    };
    return cmocka_run_group_tests_name("subtitles", tests, make_folder, drop_folder);
}
