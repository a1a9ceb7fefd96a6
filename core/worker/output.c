/* SPDX-License-Identifier: BSD-2-Clause
 *
 * output.c -- the first 16 KiB and the last 48 KiB, with secrets masked.
 *
 * How a failure began and how it ended are what a person reads; the middle
 * of a flood is counted. Memory is bounded per process and taken only by
 * those that write.
 *
 * Masking happens when the text is asked for, over each part as a whole, so
 * that a secret that arrived in two reads is found. Where the middle was
 * left out, a fragment of a secret at the cut is masked too.
 *
 * What a far end repeats is often a part: the path of a webhook's URL, the
 * token behind "Bearer", a line of a key. Parts of some length are masked by
 * themselves.
 */
#include "worker/output.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Of whole values, and of what they are made of. */
enum { MASK_MIN = 4, PIECE_MIN = 8, MASKS_MOST = 512 };
static const char MASK[] = "***";

/*------------------------------------------------------------------- masks */

static void
add_mask(struct masks *m, const char *s, size_t n, size_t least)
{
	if (n < least || m->n == MASKS_MOST)
		return;
	m->v = realloc(m->v, (m->n + 1) * sizeof *m->v);
	if (m->v == NULL || (m->v[m->n] = strndup(s, n)) == NULL)
		abort();
	m->n++;
}

static void
add_pieces(struct masks *m, const char *s, size_t len,
    const char *separators)
{
	size_t i = 0, n;

	while (i < len) {
		n = strcspn(s + i, separators);
		n = n < len - i ? n : len - i;
		add_mask(m, s + i, n, PIECE_MIN);
		i += n + 1;
	}
}

/* A far end that refuses a path repeats it without its host. */
static void
add_url(struct masks *m, const char *host)
{
	const char *path = host + strcspn(host, "/?#");
	const char *at = memchr(host, '@', (size_t)(path - host));

	if (at)
		add_pieces(m, host, (size_t)(at - host), ":");
	if (*path == '\0')
		return;
	add_mask(m, path + 1, strlen(path + 1), PIECE_MIN);
	add_pieces(m, path + 1, strlen(path + 1), "/?&=#");
}

void
masks_copy(struct masks *m, const char *const *values, size_t n)
{
	const char *scheme;
	size_t i;

	*m = (struct masks){ 0 };
	for (i = 0; i < n; i++) {
		if (values[i] == NULL)
			continue;
		add_mask(m, values[i], strlen(values[i]), MASK_MIN);
		scheme = strstr(values[i], "://");
		if (strpbrk(values[i], " \t\r\n"))
			add_pieces(m, values[i], strlen(values[i]),
			    " \t\r\n");
		else if (scheme)
			add_url(m, scheme + 3);
	}
}

void
masks_free(struct masks *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		explicit_bzero(m->v[i], strlen(m->v[i]));
		free(m->v[i]);
	}
	free(m->v);
	*m = (struct masks){ 0 };
}

/* Length of the longest value that begins at s, which has `len` bytes. */
static size_t
match(const struct masks *m, const char *s, size_t len)
{
	size_t i, n, best = 0;

	for (i = 0; i < m->n; i++) {
		if (*m->v[i] != *s)
			continue;
		n = strlen(m->v[i]);
		if (n > best && n <= len && memcmp(s, m->v[i], n) == 0)
			best = n;
	}
	return best;
}

/* Length of the longest beginning of `s` that is the end of a value. */
static size_t
cut_before(const struct masks *m, const char *s, size_t len)
{
	size_t i, k, n, best = 0;

	for (i = 0; i < m->n; i++) {
		n = strlen(m->v[i]);
		for (k = n - 1; k >= MASK_MIN && k > best; k--)
			if (k <= len && memcmp(s, m->v[i] + n - k, k) == 0)
				best = k;
	}
	return best;
}

/* The same of its end and a value's beginning. */
static size_t
cut_after(const struct masks *m, const char *s, size_t len)
{
	size_t i, k, best = 0;

	for (i = 0; i < m->n; i++)
		for (k = strlen(m->v[i]) - 1; k >= MASK_MIN && k > best; k--)
			if (k <= len && memcmp(s + len - k, m->v[i], k) == 0)
				best = k;
	return best;
}

char *
masks_apply(const struct masks *m, const char *s, size_t len, unsigned cut,
    size_t *ret_len)
{
	struct text t = { 0 };
	size_t i = cut & CUT_BEFORE ? cut_before(m, s, len) : 0;
	size_t end = len - (cut & CUT_AFTER ? cut_after(m, s, len) : 0);
	size_t n;

	if (i > 0)
		text_add(&t, MASK);
	while (i < end) {
		n = match(m, s + i, len - i);
		if (n > 0)
			text_add(&t, MASK);
		else
			text_addn(&t, s + i, n = 1);
		i += n;
	}
	if (i < len)
		text_add(&t, MASK);
	if (ret_len)
		*ret_len = t.len;
	return text_take(&t);
}

/*------------------------------------------------------------------ output */

static char *
need(char *p, size_t n)
{
	if (p == NULL && (p = malloc(n)) == NULL)
		abort();
	return p;
}

static void
add_tail(struct output *o, const char *bytes, size_t len)
{
	size_t n;

	o->tail = need(o->tail, OUTPUT_TAIL);
	if (len > OUTPUT_TAIL) {
		bytes += len - OUTPUT_TAIL;
		len = OUTPUT_TAIL;
	}
	while (len > 0) {
		n = OUTPUT_TAIL - o->tail_at;
		n = n < len ? n : len;
		memcpy(o->tail + o->tail_at, bytes, n);
		o->tail_at = (o->tail_at + n) % OUTPUT_TAIL;
		o->tail_len += n;
		bytes += n;
		len -= n;
	}
	if (o->tail_len > OUTPUT_TAIL)
		o->tail_len = OUTPUT_TAIL;
}

void
output_add(struct output *o, const char *bytes, size_t len)
{
	size_t n = OUTPUT_HEAD - o->head_len;

	o->total += len;
	n = n < len ? n : len;
	if (n > 0) {
		o->head = need(o->head, OUTPUT_HEAD);
		memcpy(o->head + o->head_len, bytes, n);
		o->head_len += n;
	}
	if (len > n)
		add_tail(o, bytes + n, len - n);
}

static void
add_masked(struct text *t, const struct masks *m, const struct text *part,
    unsigned cut)
{
	CLEANUP_FREE char *shown = NULL;
	size_t n;

	shown = masks_apply(m, text_str(part), part->len, cut, &n);
	text_addn(t, shown, n);
}

char *
output_text(const struct output *o, const struct masks *m, size_t *ret_len)
{
	struct text t = { 0 }, all = { 0 };
	size_t from = o->tail_len < OUTPUT_TAIL ? 0 : o->tail_at;
	uint64_t left_out = o->total - o->head_len - o->tail_len;

	text_addn(&all, o->head ? o->head : "", o->head_len);
	if (left_out > 0) {
		add_masked(&t, m, &all, CUT_AFTER);
		text_addf(&t, "\n[... %llu bytes left out ...]\n",
		    (unsigned long long)left_out);
		text_clear(&all);
	}
	if (o->tail_len > 0) {
		text_addn(&all, o->tail + from, o->tail_len - from);
		text_addn(&all, o->tail, from);
	}
	add_masked(&t, m, &all, left_out > 0 ? CUT_BEFORE : 0);
	text_free(&all);
	*ret_len = t.len;
	return text_take(&t);
}

void
output_clear(struct output *o)
{
	o->head_len = o->tail_len = o->tail_at = 0;
	o->total = 0;
}

void
output_free(struct output *o)
{
	free(o->head);
	free(o->tail);
	*o = (struct output){ 0 };
}
