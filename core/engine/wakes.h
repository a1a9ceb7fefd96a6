/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wakes.h -- when each of many is looked at next, and who is the first.
 * Private to core/engine.
 */
#ifndef ENGINE_WAKES_H
#define ENGINE_WAKES_H

#include <stddef.h>
#include <stdint.h>

/* Nobody asks for it; and: it is to be looked at now. */
#define WAKE_NEVER INT64_MAX
#define WAKE_DUE INT64_MIN

enum { WAKES_LEVELS = 11 };     /* of eight: any int32_t */

/* Where the levels lie: one for all sets of the same size. */
struct wakes_shape {
	int32_t n, levels;
	int32_t at[WAKES_LEVELS + 1];
};

/* The number of words that a set of n takes. */
size_t wakes_shape(int32_t n, struct wakes_shape *ret);
/* All of them at the same instant. */
void wakes_fill(const struct wakes_shape *, int64_t *v, int64_t at);
/* Those from `from` on, up to `to`. */
void wakes_fill_part(const struct wakes_shape *, int64_t *v, int32_t from,
    int32_t to, int64_t at);
void wakes_set(const struct wakes_shape *, int64_t *v, int32_t i, int64_t at);
/* The first of all instants. */
int64_t wakes_first(const struct wakes_shape *, const int64_t *v);
/* The lowest number, from `from` on, whose instant has come; -1: none. */
int32_t wakes_next(const struct wakes_shape *, const int64_t *v, int32_t from,
    int64_t now);

#endif
