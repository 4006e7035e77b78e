/* What looks into an answer: maps of attention, two answers compared, what the words of
 * a command name. */
#include "base/mem.h"
#include "tests/toy.h"
#include "ui/diff.h"
#include "ui/heat.h"
#include "ui/notes.h"
#include "ui/piece.h"
#include "ui/sgr.h"
#include "ui/transcript.h"
#include "ui/why.h"
#include "ui/width.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- heat -------------------------------------------------------------------------- */

enum { ROWS = 7, COLS = 11 };

static void looks(bool utf8)
{
    ui_utf8_set(utf8);
    theme_init();
    theme_colours(0);
}

static double weight(int i, int j)
{
    return (double)((i * 37 + j * 23) % 101) / 100;
}

static struct heat map(const char *const *row, const char *const *col, int rows, int cols)
{
    static real x[ROWS][COLS];
    static const real *at[ROWS];
    for (int i = 0; i < rows; i++) {
        at[i] = x[i];
        for (int j = 0; j < cols; j++)
            x[i][j] = (real)weight(i, j);
    }
    return (struct heat){ .rows = rows, .cols = cols, .row = row, .col = col, .x = at };
}

static const char *const letters[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k" };
static const char *const awkward[] = {
    "日本", "e\xcc\x81t", "👍", "\033[2J", "\xff", "stehenbleiben!!!!!", "\xe2\x80\xae", "x",
    "ﷺ", "<s>", "_",
};

/* Every cell of every map that fits is the glyph of its weight; no line is too wide. */
static void check_map(const struct heat *h, int width)
{
    struct heat_fit f = heat_fit(h, width);
    struct canvas *c = canvas_new(width, f.head + h->rows);
    const struct ramp *shade = theme()->shade;
    assert_true(f.cols >= 1 && f.cols <= h->cols && f.cell >= 1);
    for (int from = 0; from < h->cols; from += f.cols) {
        canvas_clear(c);
        heat_draw(canvas_area(c), h, &f, 0, from);
        for (int i = 0; i < h->rows; i++)
            for (int j = from; j < MIN(from + f.cols, h->cols); j++) {
                int x = f.label + 1 + f.gap + (j - from) * (f.cell + f.gap);
                int level = ramp_level(shade->n, weight(i, j));
                for (int k = 0; k < f.cell; k++)
                    assert_int_equal(canvas_cell(c, x + k, f.head + i)->ch[0],
                                     shade->glyph[level]);
            }
    }
    canvas_free(c);
}

static void lines_fit(const char *text, int width)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        assert_true(width_text(text, n) <= width);
        assert_int_equal(text[n], '\n');
        text += n + 1;
    }
}

static void cells_have_the_level_of_their_weight(void **state)
{
    static const char *const *const labels[] = { letters, awkward };
    (void)state;
    for (int k = 0; k < 8; k++) {
        struct heat h = map(labels[k & 1], labels[k >> 1 & 1], ROWS, COLS);
        looks(k & 4);
        for (int width = 20; width < 130; width += 3) {
            struct str out = STR_INIT;
            check_map(&h, width);
            heat_add(&h, width, &out);
            lines_fit(out.s, width);
            str_release(&out);
        }
    }
}

static void maps_as_they_are_read(void **state)
{
    static const char *const row[] = { "2", "</s>" }, *const col[] = { "10", "+", "Haus" };
    struct heat h = map(row, col, 2, 3);
    struct str out = STR_INIT;
    (void)state;
    looks(false);
    heat_add(&h, 40, &out);
    assert_string_equal(out.s, "         10    +  Haus\n"
                               "     2       :::: ====\n"
                               "  </s>  ---- ++++ ####\n");
    str_clear(&out);
    heat_add(&h, 14, &out); /* upright, as there is not room for "Haus" */
    assert_string_equal(out.s, "            H\n"
                               "            a\n"
                               "        1   u\n"
                               "        0 + s\n"
                               "     2    : =\n"
                               "  </s>  - + #\n");
    str_release(&out);
}

static void no_ascii_but_ascii(void **state)
{
    struct heat h = map(awkward, awkward, ROWS, COLS);
    struct str out = STR_INIT;
    (void)state;
    looks(false);
    heat_add(&h, 100, &out);
    for (size_t i = 0; i < out.n; i++)
        assert_true(out.s[i] == '\n' || (out.s[i] >= ' ' && out.s[i] <= '~'));
    str_release(&out);
}

static void levels(void **state)
{
    (void)state;
    assert_int_equal(ramp_level(10, 0), 0);
    assert_int_equal(ramp_level(10, 0.0555), 0);
    assert_int_equal(ramp_level(10, 0.0556), 1);
    assert_int_equal(ramp_level(10, 0.9445), 9);
    assert_int_equal(ramp_level(5, 0.5), 2);
    assert_int_equal(ramp_level(5, 7), 4);
    assert_int_equal(ramp_level(5, -1), 0);
}

/* ---- answers ----------------------------------------------------------------------- */

static struct toy toy;
static struct shell sh;

static struct reply *ask(const char *question, const char *decoder)
{
    struct decode_step s;
    struct err err;
    struct ask a;
    assert_int_equal(knob_find("decoder", NULL)->take(&sh.knobs, decoder, NULL), 0);
    if (ask_start(&a, toy.model, NULL, &sh.knobs, REPLY_CANDS, question, strlen(question),
                  &err) < 0)
        fail_msg("%s", err.msg);
    struct reply *r = reply_new(question);
    while (ask_next(&a, &s))
        ;
    reply_end(r, toy.model, &a, &sh.knobs, false);
    ask_end(&a);
    return r;
}

/* The figures of an answer are those of its steps, whatever found it. */
static void steps_add_up(void **state)
{
    static const char *const decoders[] = { "argmax", "sample", "beam" };
    (void)state;
    sh.knobs.decode.choose.width = 3;
    for (size_t i = 0; i < ARRAY_LEN(decoders); i++) {
        struct reply *r = ask("abcd", decoders[i]);
        double logp = 0, bits = 0;
        assert_true(r->n > 0);
        assert_int_equal(r->source.n, r->plan.src.n);
        for (int k = 0; k < r->n; k++) {
            double sum = 0;
            logp += log(r->step[k].p);
            bits += r->step[k].entropy;
            assert_int_equal(reply_taken(r, k)->token, r->step[k].token);
            for (int j = 0; j < r->source.n; j++)
                sum += (double)r->step[k].alpha[j];
            assert_true(fabs(sum - 1) < 1e-5);
        }
        assert_true(fabs(logp - r->sums.logp) < 1e-4);
        assert_true(fabs(bits - r->sums.bits) < 1e-4);
        assert_int_equal(r->step[r->n - 1].end, r->text.n);
        reply_free(r);
    }
}

/* A plan of all that was said says it again; the kept JSON has the map's numbers. */
static void plans_and_json(void **state)
{
    struct reply *r = ask("dcba", "argmax");
    struct plan plan = reply_plan(r, r->n);
    struct str text = STR_INIT;
    (void)state;
    assert_int_equal(plan.forced.n, r->n);
    for (int k = 0; k < r->n; k++)
        assert_int_equal(plan.forced.id[k], r->step[k].token);
    reply_json(r, &text);
    json_t *o = json_loads(text.s, 0, NULL), *tokens = json_object_get(o, "tokens");
    assert_int_equal(json_array_size(tokens), r->n);
    for (int k = 0; k < r->n; k++) {
        json_t *row = json_object_get(json_array_get(tokens, (size_t)k), "attention");
        for (int j = 0; j < r->source.n; j++)
            assert_true(fabs(json_real_value(json_array_get(row, (size_t)j)) -
                             (double)r->step[k].alpha[j]) < 1e-8);
    }
    json_decref(o);
    plan_release(&plan);
    str_release(&text);
    reply_free(r);
}

/* Without a piece of the source: what a second answer to that source says. */
static void why_asks_without_each_piece(void **state)
{
    struct reply *r = ask("abc", "argmax");
    struct why w;
    (void)state;
    assert_int_equal(why_init(&w, &sh, r, 0), 0);
    for (int j = 0; j < r->source.n; j++) {
        struct plan plan = reply_plan(r, 1);
        struct decode_step s;
        struct ask a;
        plan.src.id[j] = -1;
        ask_again(&a, toy.model, &sh.knobs, 0, &plan);
        assert_int_equal(ask_next(&a, &s), 1);
        assert_true(fabs((double)s.p - w.without[j]) < 1e-7);
        assert_true(fabs((double)s.p - r->step[0].p) > 1e-6);
        ask_end(&a);
        plan_release(&plan);
    }
    why_release(&w);
    reply_free(r);
}

static void letters_of_branches(void **state)
{
    char buf[8];
    (void)state;
    assert_string_equal(reply_letter(buf, 0), "A");
    assert_string_equal(reply_letter(buf, 25), "Z");
    assert_string_equal(reply_letter(buf, 26), "AA");
    assert_string_equal(reply_letter(buf, 27), "AB");
    assert_string_equal(reply_letter(buf, 26 * 27), "AAA");
}

static void turns_and_branches(void **state)
{
    struct transcript t = { 0 };
    struct err err;
    (void)state;
    assert_null(transcript_find(&t, "a", &err));
    assert_string_equal(err.msg, "there is no answer yet");
    transcript_add(&t, reply_new("one"), false);
    transcript_add(&t, reply_new("two"), false);
    transcript_add(&t, reply_new("two"), true);
    assert_int_equal(t.turn, 2);
    assert_ptr_equal(transcript_branch(&t, 0), t.reply[1]);
    assert_ptr_equal(transcript_find(&t, "b", &err), t.reply[2]);
    assert_ptr_equal(t.now, t.reply[2]);
    assert_null(transcript_branch(&t, 2));
    assert_null(transcript_find(&t, "C", &err));
    assert_string_equal(err.msg, "no branch 'C': there is A to B");
    for (int i = 0; i < 30000; i++) /* the oldest go, nothing grows for ever */
        transcript_add(&t, reply_new("more"), false);
    assert_true(t.n <= 20000);
    assert_ptr_equal(t.now, t.reply[t.n - 1]);
    transcript_release(&t);
}

/* ---- two answers ------------------------------------------------------------------- */

/* An answer of these words. */
static struct reply *said(const char *const *word, const int *token, int n, int branch)
{
    struct reply *r = reply_new("?");
    r->branch = branch;
    r->step = xcalloc((size_t)n, sizeof *r->step);
    for (r->n = 0; r->n < n; r->n++) {
        str_addf(&r->text, "%s%s", r->n ? " " : "", word[r->n]);
        r->step[r->n] = (struct reply_step){ .token = token[r->n], .end = r->text.n };
    }
    r->sums.logp = -1;
    return r;
}

static void differences_are_marked(void **state)
{
    static const char *const one[] = { "two", "日本", "stand", "here" };
    static const char *const other[] = { "two", "\033[2J", "wait", "here" };
    static const int ids[] = { 1, 2, 3, 4 }, others[] = { 1, 5, 6, 4 };
    struct reply *a = said(one, ids, 4, 0), *b = said(other, others, 4, 1);
    struct str out = STR_INIT;
    (void)state;
    looks(true);
    b->how = xstrdup("'\033' forced at 2");
    diff_add(a, b, 80, &out);
    assert_string_equal(out.s, "  A  two 日本 stand here  p .367\n"
                               "  B  two ␛[2J wait here   p .367  '␛' forced at 2\n"
                               "         ^^^^^^^^^\n");
    str_clear(&out);
    diff_add(a, a, 80, &out);
    assert_null(strchr(out.s, '^'));
    str_release(&out);
    reply_free(a);
    reply_free(b);
}

/* ---- words of a command -------------------------------------------------------------- */

static int place(const struct reply *r, const char *words, struct err *err)
{
    char line[40], *rest = line;
    snprintf(line, sizeof line, "%s", words);
    return piece_place(r, &rest, err);
}

static void places_have_numbers_and_names(void **state)
{
    static const char *const words[] = { "the", "7", "the", "house" };
    struct reply *r = reply_new("?");
    struct err err;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        names_add(&r->source, words[i]);
    assert_int_equal(place(r, "3", &err), 2);
    assert_int_equal(place(r, "house", &err), 3);
    assert_int_equal(place(r, "'7'", &err), 1);
    assert_int_equal(place(r, "7", &err), 1); /* there are not so many places */
    assert_int_equal(place(r, "nobody", &err), -1);
    assert_string_equal(err.msg, "no 'nobody' in the source: a piece of it, or 1 to 4");
    assert_int_equal(place(r, "the", &err), -1);
    assert_string_equal(err.msg, "'the' stands at 1 and at 3: say which");
    assert_int_equal(place(r, "hause", &err), -1);
    assert_string_equal(err.msg, "no 'hause' in the source: did you mean 'house'?");
    assert_int_equal(place(r, "0", &err), -1);
    assert_int_equal(place(r, "", &err), -1);
    reply_free(r);
}

static void only_what_can_be_typed_is_offered(void **state)
{
    struct names all = { 0 };
    (void)state;
    looks(true);
    piece_offer(&all, "house");
    piece_offer(&all, " été");
    piece_offer(&all, "\033[2J");
    piece_offer(&all, "\xe2\x80\xae");
    piece_offer(&all, "");
    looks(false);
    piece_offer(&all, "été");
    assert_int_equal(all.n, 2);
    assert_string_equal(all.s[1], "été");
    names_release(&all);
}

static int make(void **state)
{
    struct settings s;
    struct err err;
    (void)state;
    toy_settings(&s);
    settings_set(&s, "arch", "attention", &err);
    settings_set(&s, "length", "free", &err);
    toy_make(&toy, &s, 2);
    sh = (struct shell){ .model = toy.model, .knobs = knobs_defaults() };
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    toy_release(&toy);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_have_the_level_of_their_weight),
        cmocka_unit_test(maps_as_they_are_read),
        cmocka_unit_test(no_ascii_but_ascii),
        cmocka_unit_test(levels),
        cmocka_unit_test(steps_add_up),
        cmocka_unit_test(plans_and_json),
        cmocka_unit_test(why_asks_without_each_piece),
        cmocka_unit_test(letters_of_branches),
        cmocka_unit_test(turns_and_branches),
        cmocka_unit_test(differences_are_marked),
        cmocka_unit_test(places_have_numbers_and_names),
        cmocka_unit_test(only_what_can_be_typed_is_offered),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
