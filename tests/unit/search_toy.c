#include "tests/unit/search_toy.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}


void for_each_model(void (*f)(const struct toy *))
{
    static const char *const kinds[] = { "", "attend = after", "input_feeding = yes" };
    for (int a = 0; arch_table[a]; a++)
        for (int k = 0; k < (arch_table[a] == &arch_attention ? 3 : 1); k++)
            for (int free_length = 0; free_length < 2; free_length++) {
                struct settings s;
                struct toy toy;
                struct err err;
                toy_settings(&s);
                set(&s, "arch", arch_table[a]->name);
                set(&s, "cell", "gru");
                set(&s, "length", free_length ? "free" : "fixed");
                if (k == 2)
                    set(&s, "attend", "after");
                if (k && settings_assign(&s, kinds[k], &err) < 0)
                    fail_msg("%s", err.msg);
                toy_make(&toy, &s, ROWS);
                f(&toy);
                toy_release(&toy);
            }
}

struct decode_options beam_of(int width)
{
    struct decode_options o = decode_defaults();
    o.strategy = &strategy_beam;
    o.choose.width = o.nbest = width;
    o.rank.length = 0;
    return o;
}

struct search *run(const struct toy *toy, struct tape *tape, int row,
                   const struct decode_options *o)
{
    struct batch b;
    tape_init(tape, &toy->model->params);
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, &toy->pairs, &row, 1, -1);
    struct search *s = search_start(toy->model, tape, &b, o, NULL);
    while (search_next(s))
        ;
    return s;
}
