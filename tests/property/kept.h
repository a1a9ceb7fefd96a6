/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kept.h -- what failed once is played again, first.
 */
#ifndef TESTS_PROPERTY_KEPT_H
#define TESTS_PROPERTY_KEPT_H

#include "play.h"

/* Plays every seed of DIR/kept-seeds and every tape of DIR/kept; counts them.
 * False: one fails (p->flaw says how, *ret_what (owned) names it), or can't
 * be read. */
bool play_kept(struct play *, const char *dir, int32_t *ret_n,
    char **ret_what);
/* One tape. */
bool play_tape(struct play *, const char *path);

#endif
