/* SPDX-License-Identifier: BSD-2-Clause
 *
 * journal-help.h -- what the tests of the journal share.
 */
#ifndef JOURNAL_HELP_H
#define JOURNAL_HELP_H

#include <jansson.h>

#include "journal/store.h"

/* A directory of its own below the current one; returns owned (free()). */
char *fresh_dir(void);
/* Removes it and the plain files in it; takes it. */
void remove_dir(char *dir);
/* "DIR/name"; returns owned. */
char *in_dir(const char *dir, const char *name);

/* Asserts that it opens. */
struct store *must_open(const char *dir);
/* Asserts that it doesn't, with this error and these words. */
void must_refuse(const char *dir, int r, const char *words);

/* One event in a transaction; `json` is its data. Asserts success. */
void append(struct store *, const char *kind, const char *key,
    const char *json);
/* The same inside an open transaction. */
int append_in(struct store *, const char *kind, const char *key,
    const char *json);
/* A message of an incident, and its delivery if `delivered`. */
void tell(struct store *, uint64_t id, uint64_t incident, const char *kind,
    bool delivered);

/* Asserts that the check finds nothing, or something with these words. */
void must_be_clean(struct store *);
/* Asserts that it finds nothing but broken guarantees: the rows may say
 * anything. */
void must_be_sound(struct store *);
void must_find(struct store *, const char *words);

/* Asserts that they are these: "key=data@at/last_seen " for each. */
void assert_rows(struct store *, const char *kind, const char *expected);

/* Runs SQL on DIR/journal.db, from outside, while no store has it open. */
void tamper(const char *dir, const char *sql);

#endif
