/* SPDX-License-Identifier: BSD-2-Clause
 *
 * diag.h -- findings for a person: where, and one sentence.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stddef.h>
#include <stdio.h>

enum diag_level { DIAG_WARNING, DIAG_ERROR };

struct finding {
	enum diag_level level;
	const char *file;       /* NULL: no place */
	int line;               /* 0: the file as a whole */
	const char *sentence;   /* lower case, no full stop */
};

struct diag {
	struct arena *arena;
	struct finding *v;
	size_t n, cap;
	size_t errors;
};

void diag_init(struct diag *);
void diag_free(struct diag *);

/* Copies file and sentence. */
void diag_error(struct diag *, const char *file, int line, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void diag_warning(struct diag *, const char *file, int line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* "file:line: sentence" per finding, sorted by place; warnings say so. */
void diag_print(struct diag *, FILE *);
void diag_sort(struct diag *);

#define CLEANUP_DIAG __attribute__((cleanup(diag_free)))

#endif
