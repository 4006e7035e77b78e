#include "ui/pick.h"

#include "base/utf8.h"

struct pick pick_of(const char *typed)
{
    return (struct pick){ .typed = typed, .near = near_to(typed) };
}

bool pick_try(struct pick *p, const char *name)
{
    if (p->exact || strncmp(name, p->typed, strlen(p->typed))) {
        near_try(&p->near, name);
        return false;
    }
    p->exact = !strcmp(name, p->typed);
    p->fits = p->exact ? 1 : p->fits + 1;
    str_addf(&p->those, "%s%s", p->those.n ? " " : "", name);
    return true;
}

int pick_end(struct pick *p, const char *what, const char *mark, struct err *err)
{
    struct utf8_quote quote = utf8_quote(p->typed);
    const char *typed = quote.s;
    int bad = 0;
    if (p->fits > 1)
        bad = err_set(err, "%s '%s%s' could be one of: %s", what, mark, typed, p->those.s);
    else if (p->fits == 0 && p->near.best)
        bad = err_set(err, "unknown %s '%s%s': did you mean '%s%s'?", what, mark, typed,
                      mark, p->near.best);
    else if (p->fits == 0)
        bad = err_set(err, "unknown %s '%s%s'", what, mark, typed);
    str_release(&p->those);
    return bad;
}
