/* The whole engine, linked without readline, ncurses and ui: see link.sh. */
#include "base/base.h"

int main(void)
{
    puts("the engine stands alone");
    return 0;
}
