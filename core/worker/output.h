/* SPDX-License-Identifier: BSD-2-Clause
 *
 * output.h -- what a process wrote: its beginning and its end.
 */
#ifndef WORKER_OUTPUT_H
#define WORKER_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_HEAD = 16 * 1024, OUTPUT_TAIL = 48 * 1024 };

struct output {
	char *head, *tail;      /* owned; NULL until needed */
	size_t head_len, tail_len, tail_at;     /* the tail is a ring */
	uint64_t total;
};

/* Values that must not be shown; owned. */
struct masks {
	char **v;
	size_t n;
};

void masks_copy(struct masks *, const char *const *values, size_t n);
void masks_free(struct masks *);

/* Replaces each value in a text; returns owned (free()). Where the text was
 * cut off, the fragment of a value is masked too. */
enum { CUT_BEFORE = 1, CUT_AFTER = 2 };
char *masks_apply(const struct masks *, const char *s, size_t len,
    unsigned cut, size_t *ret_len);

void output_add(struct output *, const char *bytes, size_t len);
/* Head, a line on what was left out, tail; masked; owned, NUL-terminated. */
char *output_text(const struct output *, const struct masks *,
    size_t *ret_len);
/* Forgets what was written, keeps the memory. */
void output_clear(struct output *);
void output_free(struct output *);

#endif
