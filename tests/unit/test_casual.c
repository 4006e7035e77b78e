/* Sentences as people type them: which forms there are, and what answers them. */
#include "corpora/casual.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { DRAWS = 60, FORMS = 3 };

struct form {
    const char *src, *tgt;
};

/* All draws give one of these, and each of these is drawn. */
static void check(const char *src, const char *tgt, const struct form *form, int n)
{
    bool met[FORMS] = { false };
    for (int i = 0; i < DRAWS; i++) {
        struct str a = STR_INIT, b = STR_INIT;
        struct rng r;
        int k = 0;
        rng_init(&r, 1, RNG_CASUAL, (uint64_t)i);
        casual(src, tgt, &r, &a, &b);
        while (k < n && (strcmp(str_cstr(&a), form[k].src) || strcmp(str_cstr(&b), form[k].tgt)))
            k++;
        if (k == n)
            fail_msg("'%s' -> '%s'", str_cstr(&a), str_cstr(&b));
        met[k] = true;
        str_release(&a);
        str_release(&b);
    }
    for (int k = 0; k < n; k++)
        assert_true(met[k]);
}

static void a_question(void **state)
{
    (void)state;
    check("How are you?", "¿Cómo estás?",
          (struct form[]){ { "how are you?", "¿Cómo estás?" },
                           { "How are you", "¿Cómo estás?" },
                           { "how are you", "¿Cómo estás?" } }, 3);
}

static void a_full_stop(void **state)
{
    (void)state;
    check("Élan VITAL.", "Está aquí.",
          (struct form[]){ { "élan vital.", "Está aquí." },
                           { "Élan VITAL", "Está aquí" },
                           { "élan vital", "Está aquí" } }, 3);
    check("I go.", "¡Voy!", (struct form[]){ { "i go.", "¡Voy!" }, { "I go", "¡Voy!" },
                                             { "i go", "¡Voy!" } }, 3);
    check("well...", "Bueno...",
          (struct form[]){ { "well...", "Bueno..." }, { "well", "Bueno..." } }, 2);
}

static void what_stays(void **state)
{
    (void)state;
    check("?!", "¿?", (struct form[]){ { "?!", "¿?" } }, 1);
    check("", "", (struct form[]){ { "", "" } }, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question),
        cmocka_unit_test(a_full_stop),
        cmocka_unit_test(what_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
