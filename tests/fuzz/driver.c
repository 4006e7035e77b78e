/*
 * Runs a fuzz target on the files of a folder, and on random changes of them.
 *
 *     fuzz_NAME [-r N] [FOLDER]     FOLDER: $SRCDIR/tests/fuzz/seeds/NAME
 *
 * Change k of N is a function of k and of the files, so a failure comes again. The
 * input that the target died of is kept in fuzz_NAME.failed.
 */
#include "tests/fuzz/fuzz.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/str.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { INPUT_MAX = 1 << 20, SECONDS_MAX = 10 };

struct seeds {
    char **name;
    struct str *text;
    int n;
};

/* The running input, for the handler of signals. */
static struct {
    char path[100];
    const void *p;
    size_t n;
} input;

static void keep_input(int sig)
{
    int fd = open(input.path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd >= 0 && write(fd, input.p, input.n) == (ssize_t)input.n) {
        static const char said[] = "the input is kept in ";
        if (write(STDERR_FILENO, said, sizeof said - 1) < 0 ||
            write(STDERR_FILENO, input.path, strlen(input.path)) < 0 ||
            write(STDERR_FILENO, "\n", 1) < 0)
            _exit(2);
    }
    signal(sig, SIG_DFL);
    raise(sig);
}

static void watch(void)
{
    static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM };
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        signal(signals[i], keep_input);
}

static void run_one(const struct str *s)
{
    /* a block of its very size: valgrind and asan see a read beyond the end */
    input.p = xmemdup(str_cstr(s), s->n);
    input.n = s->n;
    alarm(SECONDS_MAX);
    LLVMFuzzerTestOneInput(input.p, input.n);
    alarm(0);
    free((void *)input.p);
}

/* ---- seeds -------------------------------------------------------------- */

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static int seeds_load(struct seeds *s, const char *folder, struct err *err)
{
    struct dirent **found;
    int n = scandir(folder, &found, visible, alphasort), rc = 0;
    if (n <= 0)
        return err_set(err, "no seeds in '%s'", folder);
    s->name = xcalloc((size_t)n, sizeof *s->name);
    s->text = xcalloc((size_t)n, sizeof *s->text);
    s->n = n;
    for (int i = 0; i < n; i++) {
        char *path = path_join(folder, found[i]->d_name);
        s->name[i] = xstrdup(found[i]->d_name);
        if (file_read(path, INPUT_MAX, &s->text[i], err) < 0)
            rc = -1;
        free(path);
        free(found[i]);
    }
    free(found);
    return rc;
}

static void seeds_release(struct seeds *s)
{
    for (int i = 0; i < s->n; i++) {
        free(s->name[i]);
        str_release(&s->text[i]);
    }
    free(s->name);
    free(s->text);
}

/* ---- changes ------------------------------------------------------------ */

/* Puts n bytes in the place of `old` bytes at `at`. */
static void replace(struct str *s, size_t at, size_t old, const char *p, size_t n)
{
    struct str out = STR_INIT;
    str_addn(&out, s->s, at);
    str_addn(&out, p, n);
    str_addn(&out, s->s + at + old, s->n - at - old);
    str_release(s);
    *s = out;
}

static void change(struct str *s, const struct seeds *seeds, struct rng *r)
{
    static const char *const words[] = {
        "0", "1", "-1", "1.5", "1e999", "2147483648", "4294967296", "9223372036854775807",
        "18446744073709551616", "nan", "null", "\"", "\\", "\\u0000", "{", "}", "[", "]",
        ",", ":", "=", "#", "\n", "\r\n", "\t", " ", "\x80", "\xff", "\xef\xbb\xbf",
    };
    size_t at = rng_below(r, s->n + 1), some = rng_below(r, MIN(s->n - at, 16) + 1);
    const char *word = words[rng_below(r, ARRAY_LEN(words))];
    const struct str *other = &seeds->text[rng_below(r, (uint64_t)seeds->n)];
    char byte = (char)rng_below(r, 256);
    switch (rng_below(r, 8)) {
    case 0: /* flip a bit */
        if (at < s->n)
            s->s[at] = (char)(s->s[at] ^ 1 << rng_below(r, 8));
        break;
    case 1: replace(s, at, at < s->n, &byte, 1); break;
    case 2: replace(s, at, 0, &byte, 1); break;
    case 3: replace(s, at, some, "", 0); break;
    case 4: replace(s, at, 0, word, strlen(word)); break;
    case 5: replace(s, at, some, word, strlen(word)); break;
    case 6: str_cut(s, at); break;
    case 7: { /* a piece of some seed */
        size_t from = rng_below(r, other->n + 1);
        replace(s, at, some, str_cstr(other) + from, rng_below(r, other->n - from + 1));
        break;
    }
    }
}

static void run_changes(const struct seeds *seeds, long n)
{
    for (long k = 0; k < n; k++) {
        struct rng r;
        struct str s = STR_INIT;
        rng_init(&r, 1, RNG_DATA, (uint64_t)k);
        const struct str *seed = &seeds->text[rng_below(&r, (uint64_t)seeds->n)];
        str_addn(&s, str_cstr(seed), seed->n);
        for (uint64_t i = 1 + rng_below(&r, 6); i > 0; i--)
            change(&s, seeds, &r);
        str_cut(&s, INPUT_MAX);
        run_one(&s);
        str_release(&s);
    }
}

/* ---- the run ------------------------------------------------------------ */

static int usage(const char *name)
{
    fprintf(stderr, "usage: %s [-r CHANGES] [FOLDER]\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    long changes = 3000;
    struct str folder = STR_INIT;
    struct seeds seeds = { 0 };
    struct err err;
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    const char *top = getenv("SRCDIR");
    for (int opt; (opt = getopt(argc, argv, "r:")) != -1;)
        if (opt != 'r' || !parse_long(optarg, 0, 1000000000, &changes))
            return usage(name);
    if (argc - optind > 1 || strncmp(name, "fuzz_", 5) != 0)
        return usage(name);
    if (optind < argc)
        str_add(&folder, argv[optind]);
    else
        str_addf(&folder, "%s/tests/fuzz/seeds/%s", top ? top : ".", name + 5);
    snprintf(input.path, sizeof input.path, "%s.failed", name);
    watch();

    int rc = seeds_load(&seeds, folder.s, &err);
    if (rc < 0) {
        fprintf(stderr, "%s: %s\n", name, err.msg);
    } else {
        printf("1..%d\n", seeds.n + 1);
        for (int i = 0; i < seeds.n; i++) {
            run_one(&seeds.text[i]);
            printf("ok %d - %s: %s\n", i + 1, name, seeds.name[i]);
            fflush(stdout);
        }
        run_changes(&seeds, changes);
        printf("ok %d - %s: %ld random changes\n", seeds.n + 1, name, changes);
    }
    seeds_release(&seeds);
    str_release(&folder);
    return rc < 0;
}
