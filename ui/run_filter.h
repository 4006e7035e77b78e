/*
 * run_filter - which runs are meant, in a few characters.
 *
 *     add nmt            both; each word must fit
 *     add|nmt  !smoke    one of two, and not the third
 *     (a b)|c            brackets, where needed
 *     word  a*b?c  /re/  part of the name, all of it, a regular expression
 *     state:run          the same of another fact, or of a setting (run_fact.h)
 *     cell=lstm  lr!=1e-3  loss<0.5  step>=10k  eta<1h30m  exact>95%
 *     has:exact          it is known
 *
 * Capitals do not matter. What has blanks or brackets in it goes into double quotes.
 */
#ifndef UI_RUN_FILTER_H
#define UI_RUN_FILTER_H

#include "base/err.h"
#include "ui/run_list.h"

struct run_filter;

/* NULL: err says what cannot be read. A blank text lets everything through. */
struct run_filter *run_filter_new(const char *text, struct err *);
void run_filter_free(struct run_filter *); /* NULL is fine */

/* NULL lets everything through. */
bool run_filter_match(const struct run_filter *, const struct run_entry *, double now);

#endif
