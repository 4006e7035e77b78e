#include "ui/view.h"

#include "ui/width.h"

const struct view *const view_table[] = {
    &view_loss,   &view_accuracy, &view_gnorm, &view_lr,
    &view_rate,   &view_ppl,      &view_score, &view_attention,
    &view_now,    &view_samples,  &view_events,
    NULL,
};

struct area view_frame(struct area a, const char *title, const char *note)
{
    struct area in = area_box(a, title, INK_FRAME);
    int free_w = a.w - 8 - width_text(title, strlen(title));
    int note_w = width_text(note, strlen(note));
    if (in.h && note_w && note_w + 2 <= free_w) {
        int x = area_right(a, a.w - 3, 0, INK_DIM, note);
        area_char(a, x - 1, 0, ' ', INK_DIM);
        area_char(a, a.w - 3, 0, ' ', INK_DIM);
    }
    return in;
}
