/*
 * ui_text - the only road from foreign bytes to a terminal.
 *
 * Foreign is whatever did not come from our own source text: corpora, model
 * output, vocabularies, checkpoints, run names, notes, file names, what was
 * typed. Such bytes can hold escape sequences that set titles, write the
 * clipboard, move the cursor or make the terminal type. Here every one of them
 * becomes visible text. Nothing is dropped, so nothing is hidden.
 *
 *     controls          their symbols, U+2400 and on; ^[ where there is no UTF-8
 *     invisible, bidi, private, unassigned, C1      \u202e   \U000e0041
 *     bytes that are no UTF-8                       \x9b
 *     marks without a base, or too many on one      \u0301
 *     zero-width (non-)joiners and selectors 15, 16 kept where they belong, else \u200d
 *     without UTF-8: everything outside ASCII       \u00e4
 *       and of the locale's characters (ui/charset.h)
 *
 * Bytes may come in any pieces (a model emits half characters): the state
 * between two pieces is in struct ui_text. Once everything is there:
 *
 *     struct str s = STR_INIT;
 *     ui_text(&s, UI_FIELD, bytes, n);
 *
 * and in pieces:
 *
 *     struct ui_text t;
 *     ui_text_start(&t, UI_FLOW);
 *     ui_text_add(&t, &s, bytes, n);      // as often as there is more
 *     ui_text_end(&t, &s);
 */
#ifndef UI_UI_TEXT_H
#define UI_UI_TEXT_H

#include "base/base.h"
#include "base/str.h"

enum ui_mode {
    UI_FLOW,  /* running text: tabs are expanded; a line after the first is indented
                 by two columns, so that text cannot pass for a prompt */
    UI_FIELD, /* one line of a table or a grid: line feeds and tabs become symbols,
                 and sequences whose width terminals disagree about (joined emoji,
                 selectors, skin tones) are taken apart */
};

/* Marks that may stand on one character; the next ones are spelled out. */
enum { UI_MARKS = 4 };

struct ui_text {
    enum ui_mode mode;
    bool utf8;        /* may the output be more than ASCII? */
    int column;       /* of the line the text is on, from 0 */
    unsigned char part[4]; /* the beginning of a character, the rest still to come */
    int part_n;
    uint32_t base;    /* the character a mark would stand on; 0: none */
    uint32_t last;    /* the code point before */
    uint32_t joiner;  /* waits to see what it joins; 0: none */
    int marks;        /* on base */
};

/* Takes the character set of the locale. Call it first thing in the program.
 * Numbers stay with a decimal point: only LC_CTYPE is set. */
void ui_locale(void);
bool ui_utf8(void);
void ui_utf8_set(bool utf8); /* instead of the locale's answer */
void ui_carets(void);        /* controls look like ^[ with UTF-8 as well */

void ui_text_start(struct ui_text *, enum ui_mode);

/* Appends what n bytes look like; returns the columns added (a line feed in
 * UI_FLOW starts again from its indent and counts as that). */
int ui_text_add(struct ui_text *, struct str *out, const void *bytes, size_t n);

/* Spells out what never became a character. Returns the columns added. */
int ui_text_end(struct ui_text *, struct str *out);

/* All at once; returns the columns added. */
int ui_text(struct str *out, enum ui_mode, const void *bytes, size_t n);

/* Prints one line, formatted and then passed through UI_FIELD: for messages
 * that quote foreign text. */
void ui_say(FILE *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
