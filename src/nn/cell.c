#include "nn/cell.h"

const struct cell *const cell_table[] = { &cell_lstm, &cell_gru, &cell_gru_after, &cell_simple,
                                          NULL };

const struct cell *cell_find(const char *name)
{
    for (int i = 0; cell_table[i]; i++)
        if (!strcmp(cell_table[i]->name, name))
            return cell_table[i];
    return NULL;
}
