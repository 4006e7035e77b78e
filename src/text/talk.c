#include "text/talk.h"

static const char mark[] = TALK_MARK;

const char *talk_last(const char *talk)
{
    const char *last = talk, *at = talk;
    while ((at = strstr(at, mark)))
        last = at += sizeof mark - 1;
    return last + (last > talk ? strspn(last, " ") : 0);
}

const char *talk_turn(const char **at, size_t *n)
{
    const char *turn = *at, *end = strstr(turn, mark);
    *at = end ? end + sizeof mark - 1 : NULL;
    if (!end)
        end = turn + strlen(turn);
    while (turn < end && *turn == ' ')
        turn++;
    while (end > turn && end[-1] == ' ')
        end--;
    *n = (size_t)(end - turn);
    return turn;
}

int talk_turns(const char *talk)
{
    int n = *talk != '\0';
    while ((talk = strstr(talk, mark))) {
        talk += sizeof mark - 1;
        n++;
    }
    return n;
}

void talk_add(struct str *talk, const char *turn, size_t n)
{
    if (talk->n)
        str_add(talk, " " TALK_MARK " ");
    str_addn(talk, turn, n);
}

void talk_drop(struct str *talk)
{
    const char *text = str_cstr(talk);
    size_t n = (size_t)(talk_last(text) - text);
    str_cut(talk, n);
    str_trim(talk);
    if (talk->n)
        str_cut(talk, talk->n - (sizeof mark - 1));
    str_trim(talk);
}

void talk_keep(struct str *talk, int n)
{
    const char *at = str_cstr(talk);
    struct str rest = STR_INIT;
    size_t length;
    for (int drop = talk_turns(at) - n; drop > 0 && at; drop--)
        talk_turn(&at, &length);
    if (at == str_cstr(talk))
        return;
    at = at ? at + strspn(at, " ") : "";
    str_add(&rest, at);
    str_clear(talk);
    str_add(talk, str_cstr(&rest));
    str_release(&rest);
}
