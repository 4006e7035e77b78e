#include "ui/hotkey.h"

const struct hotkey *hotkey_find(const struct hotkey *table, int key)
{
    for (const struct hotkey *k = table; k->name; k++)
        if (k->key == key)
            return k;
    return NULL;
}

void hotkey_hints(struct area a, const struct hotkey *table, bool read_only)
{
    int x = 1, y = 0;
    for (const struct hotkey *k = table; k->name; k++) {
        int width = k->hint ? (int)(strlen(k->name) + 1 + strlen(k->hint)) : 0;
        if (!k->hint || (k->controls && read_only))
            continue;
        if (x + width > a.w) {
            x = 1;
            y++;
        }
        if (y == a.h || x + width > a.w)
            break;
        area_text(a, x, y, INK_STRONG, k->name);
        area_text(a, x + (int)strlen(k->name) + 1, y, INK_DIM, k->hint);
        x += width + 2;
    }
}

int hotkey_help(const struct hotkey *table, struct hotkey_help row[HOTKEY_HELP], int n)
{
    for (const struct hotkey *k = table; k->name && n < HOTKEY_HELP; k++)
        if (k->help)
            row[n++] = (struct hotkey_help){ k->name, k->help };
    return n;
}

static int widest_name(const struct hotkey_help *row, int n)
{
    int w = 0;
    for (int i = 0; i < n; i++)
        w = MAX(w, (int)strlen(row[i].name));
    return w;
}

/* As many rows as there is room for; the names take so many columns. */
static void draw_rows(struct area in, const struct hotkey_help *row, int n, int names)
{
    for (int y = 0; y < MIN(in.h, n); y++) {
        area_right(in, names + 1, y, INK_STRONG, row[y].name);
        area_field(in, names + 3, y, in.w - names - 3, INK_TEXT, row[y].help,
                   strlen(row[y].help));
    }
}

void hotkey_help_draw(struct area a, const struct hotkey_help *row, int n, int page)
{
    int w = MIN(78, a.w), h = MIN(n + 2, a.h);
    int pages = h > 2 ? (n + h - 3) / (h - 2) : 1;
    char title[80] = "help: any key goes back";
    page = (page - 1) % pages;
    if (pages > 1)
        snprintf(title, sizeof title, "help: any key goes back, ? goes on (%d/%d)", page + 1,
                 pages);
    area_fill(a, ' ', INK_TEXT);
    struct area in = area_box(area_sub(a, (a.w - w) / 2, (a.h - h) / 2, w, h), title, INK_STRONG);
    int first = page * in.h;
    draw_rows(in, row + first, MAX(n - first, 0), widest_name(row, n));
}

void hotkey_menu_draw(struct area a, const char *title, const struct hotkey_help *row, int n)
{
    int names = widest_name(row, n), texts = 0;
    for (int i = 0; i < n; i++)
        texts = MAX(texts, (int)strlen(row[i].help));
    int w = MIN(names + texts + 6, a.w), h = MIN(n + 2, a.h);
    struct area box = area_sub(a, (a.w - w) / 2, (a.h - h) / 2, w, h);
    area_fill(box, ' ', INK_TEXT);
    draw_rows(area_box(box, title, INK_STRONG), row, n, names);
}
