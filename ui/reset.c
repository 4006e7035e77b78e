#include "ui/reset.h"

#include "ui/ui_text.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

const struct opt reset_options[] = { { .name = NULL } };

/* Everything that a full screen may have set, undone in the order in which that does no
 * harm where it was not set. Giving the whole screen back to scrolling moves the cursor: so
 * it is saved, and put back. Leaving the second screen puts the cursor where it was saved:
 * so it is, for those who are on the first. No part asks the terminal anything. */
static const char undo[] =
    "\017\033(B"                                   /* letters, no line drawing */
    "\033[?2026l"                                  /* show what was held back */
    "\033[?1000l\033[?1002l\033[?1003l\033[?1006l" /* mouse */
    "\033[?1004l"                                  /* reports of the focus */
    "\033[?2004l"                                  /* brackets around pastes */
    "\033[0m\033[4l"                               /* colours, insertion */
    "\033[?25h\033[?7h"                            /* cursor, wrapping */
    "\033[?1l\033>"                                /* cursor keys, keypad */
    "\0337\033[r\0338"                             /* scrolling */
    "\0337\033[?1049l";                            /* second screen */

static bool obeys_escapes(void)
{
    const char *term = getenv("TERM");
    return term && *term && strcmp(term, "dumb") != 0;
}

/* What `stty sane` does. */
static void make_sane(struct termios *t)
{
    t->c_iflag &= ~(tcflag_t)(IGNBRK | INLCR | IGNCR | IXOFF | IXANY | ISTRIP | PARMRK);
    t->c_iflag |= BRKINT | ICRNL | IMAXBEL | IXON | (ui_utf8() ? IUTF8 : 0);
    t->c_oflag &= ~(tcflag_t)(OCRNL | ONOCR | ONLRET);
    t->c_oflag |= OPOST | ONLCR;
    t->c_cflag |= CREAD;
    t->c_lflag &= ~(tcflag_t)(NOFLSH | TOSTOP | ECHONL | ECHOPRT);
    t->c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    t->c_cc[VINTR] = 'C' & 31;
    t->c_cc[VQUIT] = '\\' & 31;
    t->c_cc[VERASE] = 127;
    t->c_cc[VKILL] = 'U' & 31;
    t->c_cc[VEOF] = 'D' & 31;
    t->c_cc[VSTART] = 'Q' & 31;
    t->c_cc[VSTOP] = 'S' & 31;
    t->c_cc[VSUSP] = 'Z' & 31;
    t->c_cc[VEOL] = _POSIX_VDISABLE;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

static int reset(int tty, struct err *err)
{
    struct termios modes;
    size_t n = obeys_escapes() ? sizeof undo - 1 : 0;
    if (tcgetattr(tty, &modes) < 0)
        return err_set(err, "cannot read the modes of the terminal: %s", strerror(errno));
    make_sane(&modes);
    if (write(tty, undo, n) != (ssize_t)n || tcsetattr(tty, TCSADRAIN, &modes) < 0)
        return err_set(err, "cannot set the modes of the terminal: %s", strerror(errno));
    return 0;
}

int reset_main(int argc, char **argv)
{
    const struct opt_table tables[] = { { reset_options, NULL }, { NULL, NULL } };
    struct err err;
    int n = opt_parse(tables, argc, argv, &err);
    if (n > 0)
        n = err_set(&err, "reset takes no '%s': it is about this terminal", argv[1]);
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), bad;
    if (tty < 0)
        bad = err_set(&err, "there is no terminal to put right: %s", strerror(errno));
    else
        bad = reset(tty, &err);
    if (tty >= 0)
        close(tty);
    if (bad)
        ui_say(stderr, "seqsh: %s", err.msg);
    return bad ? 1 : 0;
}
