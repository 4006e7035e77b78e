/* In place of spm.cc where configure did not find the library. */
#include "text/spm.h"

#include "base/base.h"

static int refuse(char *why, size_t size)
{
    snprintf(why, size, "this seqsh was built without SentencePiece: install "
                        "libsentencepiece-dev and a C++ compiler, configure and make again");
    return -1;
}

int spm_learn(const struct spm_spec *s, char *const *text, int n, spm_piece *put,
              void *own, char *why, size_t size)
{
    (void)s;
    (void)text;
    (void)n;
    (void)put;
    (void)own;
    return refuse(why, size);
}

struct spm *spm_new(const char *proto, size_t n, char *why, size_t size)
{
    (void)proto;
    (void)n;
    refuse(why, size);
    return NULL;
}

void spm_free(struct spm *p)
{
    (void)p;
}

void spm_split(const struct spm *p, const char *text, size_t n,
               void (*put)(void *own, const char *piece, size_t n), void *own)
{
    (void)text;
    (void)n;
    (void)put;
    (void)own;
    BUG("no SentencePiece, but pieces %p", (const void *)p);
}
