/*
 * run_list - the runs of some folders, followed together.
 *
 *     struct run_list all = { 0 };
 *     run_list_scan(&all, "runs");           // again, now and then: runs come and go
 *     while (...)
 *         if (run_list_poll(&all, now))
 *             draw(&all);
 *     run_list_release(&all);
 */
#ifndef UI_RUN_LIST_H
#define UI_RUN_LIST_H

#include "ui/run_reader.h"

struct run_entry {
    struct run_reader *run;
    char *where;   /* the machine it is on; "": this one */
    char *from;    /* the folder it was found in */
    int mark;      /* 1 to 9: chosen, and known by this digit; 0: not */
    bool pinned;   /* always shown, and first */
    int place;     /* in the list, when it was last looked through */
    bool here;     /* seen in the last scan */
};

struct run_list {
    struct run_entry **at; /* owned, each of them too */
    int n, cap;
};

void run_list_release(struct run_list *);

/* Adds a run that is fed or read from elsewhere; it is taken over. */
struct run_entry *run_list_add(struct run_list *, struct run_reader *run_take,
                               const char *where, const char *from);
void run_list_remove(struct run_list *, int i);

/* Adds the runs of a folder, or the one that the folder is itself, and takes out those
 * that are no more. Returns how many there are; -1: it cannot be read, errno says why. */
int run_list_scan(struct run_list *, const char *folder);

/* Reads what is new in all of them; true when something is. */
bool run_list_poll(struct run_list *, double now);

#endif
