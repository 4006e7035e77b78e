#include "ui/theme.h"

#include "ui/palette.h"
#include "ui/ui_text.h"

static const uint32_t unicode_glyphs[GLYPH_COUNT] = {
    [GLYPH_HLINE] = 0x2500,    [GLYPH_VLINE] = 0x2502,    [GLYPH_TOP_LEFT] = 0x250c,
    [GLYPH_TOP_RIGHT] = 0x2510, [GLYPH_LOW_LEFT] = 0x2514, [GLYPH_LOW_RIGHT] = 0x2518,
    [GLYPH_HEAVY_HLINE] = 0x2501, [GLYPH_HEAVY_VLINE] = 0x2503,
    [GLYPH_HEAVY_TOP_LEFT] = 0x250f, [GLYPH_HEAVY_TOP_RIGHT] = 0x2513,
    [GLYPH_HEAVY_LOW_LEFT] = 0x2517, [GLYPH_HEAVY_LOW_RIGHT] = 0x251b,
    [GLYPH_MORE] = 0x2026,     [GLYPH_FULL] = 0x2588,     [GLYPH_EMPTY] = 0x2591,
    [GLYPH_DOT] = 0xb7,        [GLYPH_LIVE] = 0x25cf,     [GLYPH_BEST] = 0x2605,
    [GLYPH_SAVED] = 0x2713,    [GLYPH_WARN] = '!',
    [GLYPH_CONTROL] = 0x203a,
};

static const uint32_t ascii_glyphs[GLYPH_COUNT] = {
    [GLYPH_HLINE] = '-',     [GLYPH_VLINE] = '|',    [GLYPH_TOP_LEFT] = '+',
    [GLYPH_TOP_RIGHT] = '+', [GLYPH_LOW_LEFT] = '+', [GLYPH_LOW_RIGHT] = '+',
    [GLYPH_HEAVY_HLINE] = '=', [GLYPH_HEAVY_VLINE] = '|',
    [GLYPH_HEAVY_TOP_LEFT] = '+', [GLYPH_HEAVY_TOP_RIGHT] = '+',
    [GLYPH_HEAVY_LOW_LEFT] = '+', [GLYPH_HEAVY_LOW_RIGHT] = '+',
    [GLYPH_MORE] = '~',      [GLYPH_FULL] = '#',     [GLYPH_EMPTY] = '.',
    [GLYPH_DOT] = ' ',       [GLYPH_LIVE] = '*',     [GLYPH_BEST] = '*',
    [GLYPH_SAVED] = '+',     [GLYPH_WARN] = '!',
    [GLYPH_CONTROL] = '>',
};

static const struct ramp unicode_bar = {
    8, { 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588 },
};
static const struct ramp unicode_shade = { 5, { ' ', 0x2591, 0x2592, 0x2593, 0x2588 } };
static const struct ramp ascii_bar = {
    10, { '_', '.', ':', '-', '=', '+', '*', '#', '%', '@' },
};
static const struct ramp ascii_shade = {
    10, { ' ', '.', ':', '-', '=', '+', '*', '#', '%', '@' },
};

static const char *const graph_names[] = {
    [GRAPH_BRAILLE] = "braille",
    [GRAPH_QUADRANT] = "quad",
    [GRAPH_BLOCK] = "block",
    [GRAPH_ASCII] = "ascii",
};

static struct theme current;
static int most_colours; /* the user's choice */
static int least_colours;

static bool is_set(const char *name)
{
    const char *v = getenv(name);
    return v && *v;
}

static bool forced(const char *name)
{
    return is_set(name) && strcmp(getenv(name), "0") != 0;
}

/* The console of Linux has frames in its font, but no braille and no quadrants. */
static enum graph graph_default(void)
{
    const char *term = getenv("TERM");
    bool console = term && !strcmp(term, "linux");
    return current.utf8 && !console ? GRAPH_BRAILLE : GRAPH_ASCII;
}

void theme_init(void)
{
    current.utf8 = ui_utf8();
    current.glyph = current.utf8 ? unicode_glyphs : ascii_glyphs;
    current.right = current.utf8 ? "☑" : "[ok]";
    current.wrong = current.utf8 ? "☒" : "[XX]";
    current.arrow = current.utf8 ? "→" : "->";
    current.blank = current.utf8 ? "␣" : "_";
    current.bar = current.utf8 ? &unicode_bar : &ascii_bar;
    current.shade = current.utf8 ? &unicode_shade : &ascii_shade;
    current.graph = graph_default();
    if (is_set("SEQSH_GRAPH"))
        theme_graph_set(getenv("SEQSH_GRAPH"), NULL);
    if (is_set("SEQSH_THEME"))
        palette_set(getenv("SEQSH_THEME"), NULL);
    theme_colour_set("auto", NULL);
    theme_colours(current.colours);
}

const struct theme *theme(void)
{
    if (!current.glyph)
        theme_init();
    return &current;
}

int theme_graph_set(const char *name, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(graph_names); i++) {
        if (strcmp(name, graph_names[i]) != 0)
            continue;
        if (!current.utf8 && i != GRAPH_ASCII)
            return err_set(err, "graph '%s' needs a UTF-8 locale: use ascii", name);
        current.graph = (enum graph)i;
        return 0;
    }
    return err_set(err, "unknown graph '%s': braille, quad, block or ascii", name);
}

int theme_colour_set(const char *when, struct err *err)
{
    most_colours = PALETTE_RGB;
    least_colours = 0;
    if (!strcmp(when, "never")) {
        most_colours = 0;
    } else if (!strcmp(when, "always")) {
        least_colours = 8;
    } else if (!strcmp(when, "auto")) {
        if (is_set("NO_COLOR"))
            most_colours = 0;
        else if (forced("CLICOLOR_FORCE") || forced("FORCE_COLOR"))
            least_colours = 8;
    } else {
        return err_set(err, "unknown colour choice '%s': auto, always or never", when);
    }
    return 0;
}

int theme_colours(int n)
{
    theme(); /* the choice comes first */
    n = MIN(MAX(n, least_colours), most_colours);
    current.colours = n > 256 ? PALETTE_RGB : n >= 256 ? 256 : n >= 16 ? 16 : n >= 8 ? 8 : 0;
    return current.colours;
}

int ramp_level(int n, double v)
{
    return (int)(MIN(MAX(v, 0), 1) * (n - 1) + 0.5);
}

int theme_ink(enum ink ink, int *attrs)
{
    return palette_ink(ink, current.colours, attrs);
}
