#include "corpora/findings.h"

static void count(struct finding *f, long line)
{
    if (f->count++ == 0)
        f->line = line;
}

void findings_start(struct findings *f, const struct srt *srt)
{
    *f = (struct findings){ .none.count = srt->n == 0 };
    for (int i = 0; i < SRT_ODDITIES; i++)
        f->odd[i] = (struct finding){ srt->odd[i].count, srt->odd[i].line };
    bool doubtful = srt->odd[SRT_DOUBTFUL].count > 0;
    snprintf(f->encoding, sizeof f->encoding, "%s (%s)",
             srt_oddity_text(doubtful ? SRT_DOUBTFUL : SRT_ENCODING), srt->charset.name);
}

void findings_cue(struct findings *f, const struct speech *s, long line)
{
    for (int bit = 0; bit < SPEECH_BITS; bit++)
        if (s->found & 1u << bit)
            count(&f->found[bit], line);
    if (s->n == 0 && s->found & SPEECH_NOTE)
        count(&f->sounds, line);
}

/* Reason number i, if it was found; false: it was not. */
static bool tell(const struct findings *f, int i, struct example *ex)
{
    const unsigned silent = SPEECH_ADVERT | SPEECH_SONG | SPEECH_LOST | SPEECH_SCRIPT;
    const struct finding *found;
    const char *why;
    bool out;
    if (i < SRT_ODDITIES) {
        found = &f->odd[i];
        why = i == SRT_ENCODING || i == SRT_DOUBTFUL ? f->encoding : srt_oddity_text(i);
        out = i == SRT_EMPTY;
    } else if (i < SRT_ODDITIES + SPEECH_BITS) {
        int bit = i - SRT_ODDITIES;
        found = &f->found[bit];
        why = speech_found_text(bit);
        out = silent & 1u << bit;
    } else {
        bool sounds = i == SRT_ODDITIES + SPEECH_BITS;
        found = sounds ? &f->sounds : &f->none;
        why = sounds ? "nothing but sounds: left out" : "no cue in the file";
        out = true;
    }
    *ex = (struct example){ .kind = out ? EXAMPLE_LEFT_OUT : EXAMPLE_MENDED, .why = why,
                            .times = found->count, .line = found->line };
    return found->count > 0;
}

int findings_next(struct findings *f, const char *file, struct example *ex)
{
    while (f->told < SRT_ODDITIES + SPEECH_BITS + 2)
        if (tell(f, f->told++, ex)) {
            ex->file = file;
            return 1;
        }
    return 0;
}
