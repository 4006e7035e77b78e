#include "ui/raster.h"

#include "base/mem.h"

static const uint8_t dots_in_cell[][2] = {
    [GRAPH_BRAILLE] = { 2, 4 },
    [GRAPH_QUADRANT] = { 2, 2 },
    [GRAPH_BLOCK] = { 1, 8 },
    [GRAPH_ASCII] = { 1, 1 },
};

void raster_init(struct raster *r, int w, int h)
{
    enum graph graph = theme()->graph;
    *r = (struct raster){ .w = w, .h = h, .dw = dots_in_cell[graph][0],
                          .dh = dots_in_cell[graph][1] };
    r->spot = xcalloc((size_t)w * (size_t)h, sizeof *r->spot);
}

void raster_release(struct raster *r)
{
    free(r->spot);
}

static struct spot *spot_at(struct raster *r, int x, int y)
{
    return &r->spot[(size_t)(y / r->dh) * (size_t)r->w + (size_t)(x / r->dw)];
}

void raster_dot(struct raster *r, int x, int y, enum ink ink, char mark)
{
    if (x < 0 || y < 0 || x >= r->w * r->dw || y >= r->h * r->dh)
        return;
    struct spot *s = spot_at(r, x, y);
    if (s->mask && s->ink != ink) {
        if (ink == INK_FAINT)
            return;
        if (s->ink == INK_FAINT)
            s->mask = 0;
    }
    s->mask |= (uint8_t)(1 << (y % r->dh * r->dw + x % r->dw));
    s->ink = (uint8_t)ink;
    s->mark = mark;
}

void raster_label(struct raster *r, int x, int y, char label)
{
    spot_at(r, x, y)->label = label;
}

static uint32_t braille(uint8_t mask)
{
    /* bit dy * 2 + dx to the dot numbers of the braille block */
    static const uint8_t dot[8] = { 0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80 };
    uint32_t c = 0x2800;
    for (int i = 0; i < 8; i++)
        if (mask & (1 << i))
            c |= dot[i];
    return c;
}

static uint32_t quadrant(uint8_t mask)
{
    static const uint16_t glyph[16] = {
        ' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c, 0x259e, 0x259b,
        0x2597, 0x259a, 0x2590, 0x259c, 0x2584, 0x2599, 0x259f, 0x2588,
    };
    return glyph[mask & 15];
}

/* Filled from below up to the highest dot. */
static uint32_t block(uint8_t mask)
{
    uint32_t height = 8;
    while (!(mask & 1)) {
        mask >>= 1;
        height--;
    }
    return 0x2580 + height;
}

static uint32_t spot_glyph(const struct spot *s, enum graph graph)
{
    if (s->label)
        return (unsigned char)s->label;
    switch (graph) {
    case GRAPH_BRAILLE: return braille(s->mask);
    case GRAPH_QUADRANT: return quadrant(s->mask);
    case GRAPH_BLOCK: return block(s->mask);
    default: return (unsigned char)s->mark;
    }
}

void raster_draw(const struct raster *r, struct area a)
{
    enum graph graph = theme()->graph;
    for (int y = 0; y < r->h; y++) {
        for (int x = 0; x < r->w; x++) {
            const struct spot *s = &r->spot[(size_t)y * (size_t)r->w + (size_t)x];
            if (s->mask)
                area_char(a, x, y, spot_glyph(s, graph), (enum ink)s->ink);
        }
    }
}
