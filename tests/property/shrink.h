/* SPDX-License-Identifier: BSD-2-Clause
 *
 * shrink.h -- a failing play, made as short as it gets.
 */
#ifndef TESTS_PROPERTY_SHRINK_H
#define TESTS_PROPERTY_SHRINK_H

#include "play.h"

struct shrunk {
	int32_t steps_before, steps_after;
	int32_t choices_before, choices_after;
	int32_t plays;
};

/* Shortens the tape of a play that has just failed, as long as it fails in
 * the same way, for at most so many seconds. The tape is then the shortest
 * one found, rewound. False: no memory, or its tape doesn't fail when it is
 * read back (it didn't fit). */
bool shrink(struct play *, int32_t seconds, struct shrunk *ret);

#endif
