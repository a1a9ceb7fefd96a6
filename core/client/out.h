/* SPDX-License-Identifier: BSD-2-Clause
 *
 * out.h -- what is printed: collected first, then written at once.
 */
#ifndef CLIENT_OUT_H
#define CLIENT_OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_WARN,
	STYLE_BAD, STYLE_OTHER };

/* Starts with out_open(), or as {0}: no colour, no width. */
struct out {
	struct text t;
	bool colour;
	size_t width;           /* of the terminal; 0: lines aren't broken */
};

/* Looks at standard output, NO_COLOR and TERM. */
void out_open(struct out *);
void out_free(struct out *);

void out(struct out *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void out_in(struct out *, enum style, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Begins the rest of a line that has `at` columns already; broken between
 * words where the terminal ends, with `hang` blanks in front of what
 * follows. Ends the line. */
void out_wrapped(struct out *, enum style, size_t at, size_t hang,
    const char *);

/* A heading: bold, a line of its own, after an empty line unless it is the
 * first. */
void out_heading(struct out *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes to standard output and forgets. Returns 0 or -errno. */
int out_flush(struct out *);

/* Columns that UTF-8 text takes. */
size_t columns(const char *);

/* Makes all strings fit for a terminal, in place: control characters and
 * what isn't UTF-8 become \xNN. Newlines stay in members called "output". */
void out_clean(json_t *);

#define CLEANUP_OUT __attribute__((cleanup(out_free)))

#endif
