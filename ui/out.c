#include "ui/out.h"

#include "base/utf8.h"
#include "ui/charset.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

NORETURN static void cannot_write(void)
{
    if (errno == EPIPE) { /* SIGPIPE is ignored: somebody started us so */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    fprintf(stderr, "seqsh: cannot write: %s\n", strerror(errno));
    _exit(1); /* exit() would flush, and fail, again */
}

static bool pipes; /* speak the locale's bytes, too */

void out_pipes_too(void)
{
    pipes = true;
}

/* Is it an edge of the program, where text leaves its UTF-8? */
static bool outside(FILE *out)
{
    int fd = fileno(out);
    return charset_own() && (isatty(fd) || (pipes && (out == stdout || out == stderr)));
}

int out_try(FILE *out, const struct str *s)
{
    struct str bytes = STR_INIT;
    bool other = outside(out);
    if (other)
        charset_out(&bytes, str_cstr(s), s->n);
    const struct str *it = other ? &bytes : s;
    bool bad = (it->n && fwrite(it->s, 1, it->n, out) != it->n) || fflush(out);
    str_release(&bytes);
    return bad ? -1 : 0;
}

void out_write(FILE *out, const struct str *s)
{
    if (out_try(out, s) < 0)
        cannot_write();
}

void out_plain(struct str *out, const char *text)
{
    size_t n = strlen(text), k;
    uint32_t c;
    for (size_t i = 0; i < n; i += k) {
        k = utf8_next(text + i, n - i, &c);
        if (k == 0 || (utf8_control(c) && c != '\t'))
            str_add(out, "\xef\xbf\xbd");
        else
            str_addn(out, text + i, k);
        k = MAX(k, 1);
    }
}

static bool raw;

void out_raw(void)
{
    raw = true;
}

void out_answer(struct str *out, const char *text)
{
    if (!raw) {
        out_plain(out, text);
        return;
    }
    for (; *text; text++)
        str_addc(out, *text == '\n' ? ' ' : *text);
}
