#include "corpora/reader.h"

#include "base/file.h"
#include "text/talk.h"

enum { HEAD = 4096 };

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    return n >= k && !strcmp(name + n - k, ending);
}

/* The format of a folder's files. */
static const char *guess_folder(const char *path)
{
    char *lines = path_join(path, "movie_lines.txt");
    bool cornell = file_is(lines);
    free(lines);
    return cornell ? "cornell" : "srt";
}

/* What is ASCII in UTF-16, too, can be read then. */
static void drop_nuls(char *head, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (head[i])
            head[kept++] = head[i];
    head[kept] = '\0';
}

static const char *guess_head(char *head, size_t n)
{
    size_t tabs = 0;
    if (n >= 4 && (!memcmp(head, "\xde\x12\x04\x95", 4) || !memcmp(head, "\x95\x04\x12\xde", 4)))
        return "mo";
    drop_nuls(head, n);
    if (strstr(head, " +++$+++ "))
        return "cornell";
    if (strstr(head, "-->"))
        return "srt";
    for (const char *p = head; *p && *p != '\n'; p++)
        tabs += *p == '\t';
    if (tabs == 5 && strstr(head, "\tm0\tu"))
        return "cornell";
    if (tabs == 0 && strstr(head, TALK_MARK))
        return "dailydialog";
    return tabs ? "tsv" : "dialog";
}

const char *reader_guess(const char *path, bool two_files)
{
    char head[HEAD + 1];
    bool srt = ends_in(path, ".srt") || ends_in(path, ".SRT");
    if (two_files)
        return srt ? "srt-pair" : "moses";
    if (dir_is(path))
        return guess_folder(path);
    if (srt)
        return "srt";
    FILE *in = fopen(path, "rb");
    size_t n = in ? fread(head, 1, HEAD, in) : 0;
    if (in)
        fclose(in);
    return guess_head(head, n);
}
