#include "ui/mode.h"

const struct mode mode_table[] = {
    { .name = "own", .help = "as the model has it, and the command line said", .own = true },
    { .name = "add", .help = "sums and the like: the most probable answer, questions checked",
      .set = { "decoder=argmax" } },
    { .name = "chat", .help = "talk: answers are drawn, from the likelier tokens",
      .set = { "temperature=0.7", "top-p=0.9", "decoder=sample" } },
    { .name = "nmt", .help = "translation: a beam of 5, long answers not put at a disadvantage",
      .set = { "beam=5", "normalize=0.6" } },
    { .name = "raw", .help = "nothing is checked or changed: what is typed is the source",
      .raw = true, .set = { "decoder=argmax" } },
    { .name = NULL },
};

const struct mode *const mode_own = &mode_table[0];
static const struct mode *const mode_chat = &mode_table[2];

const char *mode_name(int i)
{
    return mode_table[i].name;
}

const struct mode *mode_find(const char *name, struct err *err)
{
    int i = opt_choice(mode_name, name, "the mode", err);
    return i < 0 ? NULL : &mode_table[i];
}

const struct mode *mode_turn(const struct mode *now)
{
    return now == mode_chat ? mode_own : mode_chat;
}

void mode_words(const struct mode *m, struct names *out)
{
    for (size_t i = 0; i < ARRAY_LEN(m->set) && m->set[i]; i++)
        names_add(out, m->set[i]);
}
