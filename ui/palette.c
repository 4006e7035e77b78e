#include "ui/palette.h"

#include "ui/opt.h"

/* 256: fixed colours of the cube. 16 and 8: the terminal's own palette, where
 * dark blue is left alone (hard to read on black). */
static const struct {
    short c256, c16, c8;
    unsigned char attrs, mono; /* with colours; without */
} inks[INK_COUNT] = {
    [INK_TEXT] = { -1, -1, -1, 0, 0 },
    [INK_STRONG] = { -1, -1, -1, ATTR_BOLD, ATTR_BOLD },
    [INK_DIM] = { 245, 8, -1, 0, 0 },
    [INK_FRAME] = { 243, 8, -1, 0, 0 },
    [INK_TITLE] = { -1, -1, -1, ATTR_BOLD, ATTR_BOLD },
    [INK_BAR] = { 32, 14, 6, 0, 0 },
    [INK_GOOD] = { 37, 14, 6, 0, 0 },
    [INK_BAD] = { 208, 11, 3, ATTR_BOLD, ATTR_BOLD },
    [INK_WARN] = { 208, 11, 3, 0, ATTR_BOLD },
    [INK_FAINT] = { 243, 8, -1, 0, ATTR_DIM },
    [INK_1] = { 32, 14, 6, 0, 0 },
    [INK_2] = { 208, 11, 3, 0, 0 },
    [INK_3] = { 175, 13, 5, 0, 0 },
    [INK_UNSURE] = { 136, 11, 3, 0, 0 },
    [INK_DOUBT] = { 208, 11, 3, ATTR_UNDERLINE, ATTR_UNDERLINE },
    /* cividis: dark blue, grey, yellow (Nunez et al. 2018) */
    [INK_HEAT] = { 24, 8, -1, 0, ATTR_DIM },
    [INK_HEAT + 1] = { 24, 8, -1, 0, ATTR_DIM },
    [INK_HEAT + 2] = { 60, 8, -1, 0, ATTR_DIM },
    [INK_HEAT + 3] = { 66, 14, 6, 0, 0 },
    [INK_HEAT + 4] = { 102, 14, 6, 0, 0 },
    [INK_HEAT + 5] = { 144, 14, 6, 0, 0 },
    [INK_HEAT + 6] = { 179, 11, 3, 0, 0 },
    [INK_HEAT + 7] = { 179, 11, 3, 0, ATTR_BOLD },
    [INK_HEAT + 8] = { 185, 11, 3, ATTR_BOLD, ATTR_BOLD },
    [INK_HEAT + 9] = { 227, 11, 3, ATTR_BOLD, ATTR_BOLD },
};

/* What a set has in place of the 256 colours above; 0: the same. */
static const short bright[INK_COUNT] = {
    [INK_DIM] = 250,  [INK_FRAME] = 246, [INK_BAR] = 117,    [INK_GOOD] = 80,
    [INK_BAD] = 215,  [INK_WARN] = 215,  [INK_FAINT] = 246,  [INK_1] = 117,
    [INK_2] = 215,    [INK_3] = 183,     [INK_UNSURE] = 222, [INK_DOUBT] = 215,
};

static const short dark[INK_COUNT] = {
    [INK_DIM] = 240,      [INK_FRAME] = 246,    [INK_BAR] = 25,       [INK_GOOD] = 30,
    [INK_BAD] = 166,      [INK_WARN] = 130,     [INK_FAINT] = 248,    [INK_1] = 25,
    [INK_2] = 166,        [INK_3] = 126,        [INK_UNSURE] = 94,    [INK_DOUBT] = 166,
    [INK_HEAT] = 250,     [INK_HEAT + 1] = 250, [INK_HEAT + 2] = 246, [INK_HEAT + 3] = 109,
    [INK_HEAT + 4] = 67,  [INK_HEAT + 5] = 66,  [INK_HEAT + 6] = 60,  [INK_HEAT + 7] = 24,
    [INK_HEAT + 8] = 18,  [INK_HEAT + 9] = 17,
};

static const struct {
    const char *name, *help;
    const short *instead; /* of c256, or NULL */
} palettes[] = {
    { "cb", "safe for colour-blind eyes, on black and on white", NULL },
    { "dark", "the same, brighter: for dark backgrounds", bright },
    { "light", "the same, darker: for light backgrounds", dark },
    { "mono", "no colours: bold, dim and underlined", NULL },
};

enum { MONO = 3 };

static int now;

const char *palette_name(int i)
{
    return i < (int)ARRAY_LEN(palettes) ? palettes[i].name : NULL;
}

const char *palette_help(int i)
{
    return palettes[i].help;
}

int palette_now(void)
{
    return now;
}

int palette_set(const char *name, struct err *err)
{
    int which = opt_choice(palette_name, name, "the theme", err);
    if (which < 0)
        return -1;
    now = which;
    return 0;
}

/* Cividis without its darkest end, in full. */
static const int heat[HEAT_LEVELS] = { 0x3b496c, 0x4b546c, 0x5c606e, 0x707173, 0x858278,
                                       0x9b9377, 0xb3a772, 0xccba67, 0xe6d055, 0xfee838 };

/* A colour of the 256, as xterm has it: a cube of 6, then greys. */
static int rgb_of(int c)
{
    if (c >= 232) {
        int grey = 8 + 10 * (c - 232);
        return grey << 16 | grey << 8 | grey;
    }
    int part[3], n = c - 16, rgb = 0;
    for (int i = 2; i >= 0; i--, n /= 6)
        part[i] = n % 6;
    for (int i = 0; i < 3; i++)
        rgb = rgb << 8 | (part[i] ? 55 + 40 * part[i] : 0);
    return rgb;
}

static int of_256(enum ink ink)
{
    const short *instead = palettes[now].instead;
    return instead && instead[ink] ? instead[ink] : inks[ink].c256;
}

static int of_all(enum ink ink)
{
    int c = of_256(ink);
    if (ink >= INK_HEAT && palettes[now].instead != dark)
        return PALETTE_RGB | heat[ink - INK_HEAT];
    return c < 0 ? -1 : PALETTE_RGB | rgb_of(c);
}

int palette_ink(enum ink ink, int colours, int *attrs)
{
    if (now == MONO)
        colours = 0;
    *attrs = colours ? inks[ink].attrs : inks[ink].mono;
    switch (colours) {
    case PALETTE_RGB: return of_all(ink);
    case 256: return of_256(ink);
    case 16: return inks[ink].c16;
    case 8: return inks[ink].c8;
    default: return -1;
    }
}
