#include "corpora/codepage.h"

#include "base/utf8.h"

#include <iconv.h>
#include <unicase.h>
#include <unictype.h>

/* The letters of a language outside ASCII, small ones; other scripts: the frequent ones,
 * a blank, the rest. Of equals the earlier row wins. */
static const struct language {
    const char *page;
    bool latin;
    const char *letters;
} languages[] = {
    { "CP1252", true, "éèàêçâîôûùëïœæüÿ" },  /* French */
    { "CP1252", true, "äöüß" },              /* German */
    { "CP1252", true, "áéíóúñü" },           /* Spanish */
    { "CP1250", true, "áéíóöőúüű" },         /* Hungarian */
    { "CP1252", true, "ãáéçõêíóâàúôü" },     /* Portuguese */
    { "CP1252", true, "àèéìòù" },            /* Italian */
    { "CP1252", true, "åäöé" },              /* Swedish, Finnish */
    { "CP1252", true, "øåæéò" },             /* Danish, Norwegian */
    { "CP1252", true, "áðéíóúýþæö" },        /* Icelandic */
    { "CP1250", true, "áčďéěíňóřšťúůýž" },   /* Czech */
    { "CP1250", true, "áäčďéíľĺňóôŕšťúýž" }, /* Slovak */
    { "CP1250", true, "ąćęłńóśźż" },         /* Polish */
    { "CP1250", true, "ăâîşţ" },             /* Romanian */
    { "CP1250", true, "čšžćđ" },             /* Slovene, Croatian */
    { "CP1254", true, "ışğçöüâî" },          /* Turkish */
    { "CP1257", true, "ąčęėįšųūž" },         /* Lithuanian */
    { "CP1257", true, "āčēģīķļņšūž" },       /* Latvian */
    { "CP1257", true, "äöõüšž" },            /* Estonian */
    { "CP1251", false, "оеаинтсрвлкмдпу ягзыбчйхжшюцщэфъёіїєґђћјљњџќѓѕ" },
    { "CP1253", false, "αοιετσνηυρπκμλς άέίόήύώωγδχθφβξζψ" },
    { "CP1255", false, "יוהלאתרמבנש םדחעקפגכטזסןצךףץ" },
    { "CP1256", false, "ايلنمروهبتدک عسفقحجخكپگشزصضطظغثذچژآأإئءؤىةےہیھٹڈڑں" },
};

enum { HIGH = 128, LANGUAGES = ARRAY_LEN(languages), SAMPLE = 200000 };

bool codepage_load(struct codepage *page, const char *name)
{
    iconv_t cd = iconv_open("UTF-32LE", name);
    if (cd == (iconv_t)-1)
        return false;
    for (int i = 0; i < HIGH; i++) {
        char byte = (char)(0x80 + i), *in = &byte, *out = (char *)&page->high[i];
        size_t one = 1, room = sizeof page->high[i];
        /* the second call gets what waits for a mark to join, as in Hebrew */
        if (iconv(cd, &in, &one, &out, &room) == (size_t)-1 ||
            iconv(cd, NULL, NULL, &out, &room) == (size_t)-1 || room)
            page->high[i] = 0;
        iconv(cd, NULL, NULL, NULL, NULL);
    }
    iconv_close(cd);
    return true;
}

/* ---- what a byte is, read in one page as one language ---------------------------- */

struct reading {
    const struct language *lang;
    bool letter[256], upper[256];
    int worth[256]; /* of a letter above ASCII; of other signs 0, of nothing -8 */
};

/* Points for a letter: 3 a frequent one of another script, 2 one of ours, else -3. */
static int worth_of(const struct language *lang, uint32_t c)
{
    const char *p = lang->letters;
    int worth = lang->latin ? 2 : 3;
    uint32_t own;
    for (size_t k, n = strlen(p); n; p += k, n -= k) {
        k = utf8_next(p, n, &own);
        if (own == ' ')
            worth = 1;
        else if (own == c)
            return worth;
    }
    return -3;
}

static void reading_init(struct reading *r, const struct language *lang,
                         const struct codepage *page)
{
    *r = (struct reading){ .lang = lang };
    for (int b = 0; b < 256; b++) {
        uint32_t c = b < HIGH ? (uint32_t)b : page->high[b - HIGH];
        bool mark = c == 0x640 || uc_is_general_category(c, UC_MARK);
        r->letter[b] = c && !mark && uc_is_property_alphabetic(c);
        r->upper[b] = uc_toupper(c) == c && uc_tolower(c) != c;
        if (b >= HIGH && !c)
            r->worth[b] = -8;
        else if (b >= HIGH && r->letter[b])
            r->worth[b] = worth_of(lang, uc_tolower(c));
    }
}

/* ---- the points of a text -------------------------------------------------------- */

/* 0xad (soft hyphen), 0xb7 (middle dot), 0x92 (apostrophe) stand inside words. */
static bool joins(unsigned char b)
{
    return b == 0x92 || b == 0xad || b == 0xb7;
}

static int points_at(const struct reading *r, const unsigned char *p, size_t i, size_t n)
{
    unsigned char before = i ? p[i - 1] : ' ', b = p[i], after = i + 1 < n ? p[i + 1] : ' ';
    bool in = r->letter[before], out = r->letter[after];
    int points = r->worth[b];
    if (!r->letter[b])
        return points - (in && out && r->lang->latin && !joins(b) ? 3 : 0);
    if (in && r->upper[b] && !r->upper[before])
        points -= 3;
    if (out && r->upper[after] && !r->upper[b])
        points -= 3;
    if (r->lang->latin)
        return points - (in && out && before >= HIGH && after >= HIGH ? 3 : 0);
    return points - (in && before < HIGH ? 3 : 0) - (out && after < HIGH ? 3 : 0);
}

/* Points per byte above ASCII; most of a text of the language gives 2. */
static double points_of(const struct reading *r, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    long points = 0, count = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] >= HIGH) {
            points += points_at(r, p, i, n);
            count += r->letter[p[i]] || r->worth[p[i]];
        }
    return count ? (double)points / (double)count : 0;
}

const char *codepage_guess(const char *p, size_t n, struct codepage *best, bool *doubtful)
{
    struct codepage page;
    struct reading reading;
    const char *name = NULL, *loaded = "";
    double most = -1e9;
    n = MIN(n, SAMPLE);
    memset(best, 0, sizeof *best);
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(loaded, languages[i].page) && !codepage_load(&page, languages[i].page))
            continue;
        loaded = languages[i].page;
        reading_init(&reading, &languages[i], &page);
        double points = points_of(&reading, p, n);
        if (points > most) {
            most = points;
            name = languages[i].page;
            *best = page;
        }
    }
    *doubtful = most < 0.5;
    return name ? name : "ASCII";
}
