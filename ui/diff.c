#include "ui/diff.h"

#include "ui/piece.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <math.h>

enum { INDENT = 5 }; /* "  A  " */

/* The bytes of an answer's text that are not as in another one. */
struct part {
    size_t from, to;
};

static size_t end_of(const struct reply *r, int steps)
{
    size_t end = steps > 0 ? r->step[steps - 1].end : 0;
    return MIN(end, r->text.n);
}

/* What steps [from, to) said, without the blanks in front. */
static struct part part_of(const struct reply *r, int from, int to)
{
    struct part p = { end_of(r, from), end_of(r, to) };
    while (p.from < p.to && r->text.s[p.from] == ' ')
        p.from++;
    return p;
}

/* Tokens in front and behind that both have are the same; the rest is not. */
static void compare(const struct reply *a, const struct reply *b, struct part *of_a,
                    struct part *of_b)
{
    int shorter = MIN(a->n, b->n), front = 0, back = 0;
    while (front < shorter && a->step[front].token == b->step[front].token)
        front++;
    while (back < shorter - front &&
           a->step[a->n - 1 - back].token == b->step[b->n - 1 - back].token)
        back++;
    *of_a = part_of(a, front, a->n - back);
    *of_b = part_of(b, front, b->n - back);
}

static int add_text(struct str *out, enum ink ink, const char *text, size_t n)
{
    struct str safe = STR_INIT;
    int width = ui_text(&safe, UI_FIELD, text, n);
    sgr_add(out, ink, str_cstr(&safe));
    str_release(&safe);
    return width;
}

static void add_blanks(struct str *out, int n)
{
    str_addf(out, "%*s", MAX(n, 0), "");
}

static int text_width(const struct reply *r)
{
    struct str safe = STR_INIT;
    int width = ui_text(&safe, UI_FIELD, str_cstr(&r->text), r->text.n);
    str_release(&safe);
    return width;
}

/* Returns where the marked part begins and ends on the screen. */
static void add_line(const struct reply *r, struct part p, int width, int columns,
                     struct str *out, int *from, int *to)
{
    const char *text = str_cstr(&r->text);
    char name[8], figure[16];
    struct str note = STR_INIT;
    str_addf(out, "  %-2s ", reply_letter(name, r->branch));
    *from = add_text(out, INK_TEXT, text, p.from);
    *to = *from + add_text(out, INK_STRONG, text + p.from, p.to - p.from);
    int used = *to + add_text(out, INK_TEXT, text + p.to, r->text.n - p.to);
    str_addf(&note, "p %s", ask_p(figure, exp(r->sums.logp)));
    int note_width = (int)note.n;
    if (r->how) {
        str_add(&note, "  ");
        note_width += 2 + piece_show(&note, r->how); /* it names pieces */
    }
    if (INDENT + MAX(width, used) + 2 + note_width < columns)
        add_blanks(out, MAX(width, used) - used + 2);
    else
        str_add(out, "\n     ");
    sgr_add(out, INK_DIM, note.s);
    str_addc(out, '\n');
    str_release(&note);
}

void diff_line(const struct reply *r, int columns, struct str *out)
{
    int from, to;
    add_line(r, (struct part){ 0, 0 }, 0, columns, out, &from, &to);
}

void diff_answer(const struct reply *was, const struct reply *is, int columns,
                 struct str *out)
{
    const char *text = str_cstr(&is->text);
    char figure[16];
    struct part old, new;
    compare(was, is, &old, &new);
    str_add(out, "  ");
    int used = add_text(out, INK_TEXT, text, new.from);
    used += add_text(out, INK_STRONG, text + new.from, new.to - new.from);
    used += add_text(out, INK_TEXT, text + new.to, is->text.n - new.to);
    if (is->text.n == 0) {
        sgr_add(out, INK_DIM, "(empty)");
        used = (int)strlen("(empty)");
    }
    add_blanks(out, used + 12 < columns ? MIN(text_width(was) + 8, columns - 12) - used : 0);
    str_add(out, "  ");
    struct str p = STR_INIT;
    str_addf(&p, "p %s", ask_p(figure, exp(is->sums.logp)));
    sgr_add(out, INK_DIM, p.s);
    str_addc(out, '\n');
    str_release(&p);
}

void diff_add(const struct reply *was, const struct reply *is, int columns,
              struct str *out)
{
    int width = MAX(text_width(was), text_width(is)), from, to;
    struct part old, new;
    compare(was, is, &old, &new);
    add_line(was, old, width, columns, out, &from, &to);
    add_line(is, new, width, columns, out, &from, &to);
    if (INDENT + to >= columns || (from == to && new.from == new.to && old.from == old.to))
        return;
    struct str marks = STR_INIT;
    add_blanks(&marks, INDENT + from);
    for (int i = 0; i < MAX(to - from, 1); i++)
        str_addc(&marks, '^');
    sgr_add(out, INK_DIM, marks.s);
    str_addc(out, '\n');
    str_release(&marks);
}
