/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nearest.h -- "did you mean": the nearest of some names.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word;
	const char *best;       /* borrowed from nearest_try; NULL: none near */
	unsigned distance;
};

void nearest_start(struct nearest *, const char *word);
void nearest_try(struct nearest *, const char *candidate);

#endif
