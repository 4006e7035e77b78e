#include "ui/sgr.h"

#include <unistd.h>

static bool attributes;

/* Full-screen mode asks terminfo; for a few words in colour the name will do. */
static int colours_of(const char *term)
{
    size_t n = strlen(term);
    if (strstr(term, "256color") || strstr(term, "direct"))
        return 256;
    if (!strncmp(term, "vt", 2) || (n > 2 && !strcmp(term + n - 2, "-m")))
        return 0;
    return 8;
}

void sgr_init(FILE *out)
{
    const char *term = getenv("TERM");
    bool able = isatty(fileno(out)) && term && *term && strcmp(term, "dumb");
    int colours = theme_colours(able ? colours_of(term) : 0);
    attributes = able || colours > 0; /* colours can be forced */
}

void sgr_add(struct str *out, enum ink ink, const char *text)
{
    int attrs, colour = theme_ink(ink, &attrs);
    struct str codes = STR_INIT;
    if (attrs & ATTR_BOLD)
        str_add(&codes, ";1");
    if (attrs & ATTR_DIM)
        str_add(&codes, ";2");
    if (attrs & ATTR_REVERSE)
        str_add(&codes, ";7");
    if (colour >= 16)
        str_addf(&codes, ";38;5;%d", colour);
    else if (colour >= 8)
        str_addf(&codes, ";%d", 90 + colour - 8);
    else if (colour >= 0)
        str_addf(&codes, ";%d", 30 + colour);
    if (attributes && codes.n)
        str_addf(out, "\033[%sm%s\033[m", codes.s + 1, text);
    else
        str_add(out, text);
    str_release(&codes);
}
