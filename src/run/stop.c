#include "run/stop.h"

#include "base/str.h"

static int count(const char *text, const char *what)
{
    int n = 0;
    while ((text = strstr(text, what))) {
        text += strlen(what);
        n++;
    }
    return n;
}

static int count_in(const struct codec *c, const char *what, const int *id, int n)
{
    struct str text = STR_INIT;
    codec_decode(c, id, n, &text);
    int found = count(str_cstr(&text), what);
    str_release(&text);
    return found;
}

/* Answers may be written backwards: so both are looked through as a whole. */
bool stop_comes(const struct codec *c, const char *stop, const struct ids *said)
{
    return count_in(c, stop, said->id, said->n) > count_in(c, stop, said->id, said->n - 1);
}
