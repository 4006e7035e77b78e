#include "ui/pane.h"

enum { WHEEL = 3 }; /* rows of the transcript */

static bool holds(struct area a, int x, int y)
{
    return x >= a.x && x < a.x + a.w && y >= a.y && y < a.y + a.h;
}

/* The pane whose frame, or what is inside, the cell belongs to; NULL: none. */
static const struct pane *pane_at(const struct full *f, int x, int y, struct area *inside)
{
    for (int i = 0; i < FULL_PANES; i++) {
        struct area in = f->inside[i], box = in;
        box.x--;
        box.y--;
        box.w += 2;
        box.h += 2;
        if (in.w > 0 && holds(box, x, y)) {
            *inside = in;
            return pane_table[i];
        }
    }
    return NULL;
}

/* Whatever the mouse does, a key does as well: the wheel is Up and Down, a click goes to a
 * pane, and to what stands there. Beside the panes is the line. */
void full_mouse(struct full *f, int key)
{
    int done = SCREEN_DONE(key), x = SCREEN_AT_X(key), y = SCREEN_AT_Y(key);
    struct area in;
    const struct pane *p = pane_at(f, x, y, &in);
    if (done == SCREEN_POINTER)
        return;
    f->message[0] = '\0';
    if (f->help) {
        f->help = false;
        return;
    }
    full_follow(f);
    bool able = p == &pane_talk || f->reply;
    if (done == SCREEN_CLICK) {
        f->focus = p;
        if (p && p->click && able && holds(in, x, y))
            p->click(f, in, x - in.x, y - in.y);
        return;
    }
    for (int i = 0; p && able && i < (p == &pane_talk ? WHEEL : 1); i++)
        p->key(f, done == SCREEN_WHEEL_UP ? SCREEN_UP : SCREEN_DOWN);
}
