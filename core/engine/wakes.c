/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wakes.c -- instants in a tree of minima.
 *
 * Each level holds the least of every eight of the level below, the last one
 * a single word. Setting one instant touches a word per level, and mostly
 * none but the first; the next one that has come is found without looking at
 * those that haven't. So neither costs more in a larger set, but for a level
 * more where it is eight times as large.
 *
 * Knows nothing of what the numbers mean. The memory is the caller's; it
 * means something from the first wakes_fill() on.
 */
#include "engine/wakes.h"

#include <assert.h>

enum { WIDE = 8 };

static int32_t
whole_nodes(int32_t n)
{
	return (n + WIDE - 1) / WIDE;
}

size_t
wakes_shape(int32_t n, struct wakes_shape *ret)
{
	int32_t k = 0, at = 0, size = n;

	assert(n > 0);
	ret->n = n;
	for (;;) {
		ret->at[k] = at;
		at += whole_nodes(size) * WIDE;
		if (size <= 1)
			break;
		size = whole_nodes(size);
		k++;
		assert(k < WAKES_LEVELS);
	}
	ret->levels = k + 1;
	ret->at[k + 1] = at;
	return (size_t)at;
}

static int64_t
least(const int64_t *node)
{
	int64_t x = node[0];
	int32_t i;

	for (i = 1; i < WIDE; i++)
		if (node[i] < x)
			x = node[i];
	return x;
}

void
wakes_fill(const struct wakes_shape *s, int64_t *v, int64_t at)
{
	int32_t k, i, size = s->n;

	for (k = 0; k < s->levels; k++) {
		for (i = s->at[k]; i < s->at[k + 1]; i++)
			v[i] = i - s->at[k] < size ? at : WAKE_NEVER;
		size = whole_nodes(size);
	}
}

void
wakes_fill_part(const struct wakes_shape *s, int64_t *v, int32_t from,
    int32_t to, int64_t at)
{
	int32_t i;

	for (i = from; i < to; i++)
		if (v[i] != at)
			wakes_set(s, v, i, at);
}

void
wakes_set(const struct wakes_shape *s, int64_t *v, int32_t i, int64_t at)
{
	int64_t was = v[i], now = at;
	int32_t k;

	assert(i >= 0 && i < s->n);
	v[i] = at;
	for (k = 1; k < s->levels && was != now; k++) {
		const int64_t *node = v + s->at[k - 1] + i / WIDE * WIDE;
		int64_t *up = v + s->at[k] + i / WIDE;

		/* another one of them is earlier than it was and is */
		if (*up < was && *up <= now)
			return;
		was = *up;
		now = now <= was ? now : least(node);
		*up = now;
		i /= WIDE;
	}
}

int64_t
wakes_first(const struct wakes_shape *s, const int64_t *v)
{
	return v[s->at[s->levels - 1]];
}

/* Down from a node whose instant has come, to the first leaf below. */
static int32_t
descend(const struct wakes_shape *s, const int64_t *v, int32_t k, int32_t i,
    int64_t now)
{
	for (; k > 0; k--)
		for (i *= WIDE; v[s->at[k - 1] + i] > now;)
			i++;
	return i;
}

int32_t
wakes_next(const struct wakes_shape *s, const int64_t *v, int32_t from,
    int64_t now)
{
	int32_t k, i = from;

	for (k = 0; k < s->levels; k++) {
		const int64_t *level = v + s->at[k];
		int32_t end = whole_nodes(i + 1) * WIDE;

		if (s->at[k] + end > s->at[k + 1])
			return -1;      /* beyond the last node */
		for (; i < end; i++)
			if (level[i] <= now)
				return descend(s, v, k, i, now);
		i /= WIDE;
	}
	return -1;
}
