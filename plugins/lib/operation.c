/* SPDX-License-Identifier: BSD-2-Clause
 *
 * operation.c -- names that a far end can recognize an operation by.
 *
 * The core names each attempt (NAME-DATE-NUMBER), durably and before it
 * begins, and uses the same name when it asks later what became of it. Far
 * ends have rules of their own for names; what they don't take is replaced,
 * and a digest of the whole keeps two operations apart.
 *
 * The number stays at the end. What stands before it is the same for all
 * attempts at one thing for one date: an attempt that follows another, of
 * which something may still be running, finds that by it.
 */
#include "lib/operation.h"

#include <inttypes.h>

#include "lib/mem.h"

enum { DIGEST_LEN = 17, NUMBER_MOST = 21 };     /* with their "-" */

/* 64 bits of FNV-1a. */
static uint64_t
digest(const struct buf *b)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < b->len; i++)
		h = (h ^ (unsigned char)b->s[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Where "-NUMBER" begins; the end of the text where there is none. */
static size_t
stem_length(const char *name)
{
	const char *dash = strrchr(name, '-');
	size_t digits = dash ? strspn(dash + 1, "0123456789") : 0;

	if (digits == 0 || digits >= NUMBER_MOST || dash[1 + digits])
		return strlen(name);
	return (size_t)(dash - name);
}

static char
fit(const struct operation_form *f, char ch, bool *changed)
{
	char low = f->lower && ch >= 'A' && ch <= 'Z' ?
	    (char)(ch - 'A' + 'a') : ch;

	*changed |= low != ch;
	if (low && strchr(f->plain, low))
		return low;
	*changed = true;
	return f->other;
}

/* The stem as the far end takes it, at most `room` bytes. */
static void
add_stem(const struct operation_form *f, const struct buf *stem, size_t room,
    struct buf *out)
{
	struct buf b CLEANUP_BUF = { 0 };
	bool changed = false;
	size_t i;

	for (i = 0; i < stem->len; i++) {
		char ch = fit(f, stem->s[i], &changed);

		buf_addn(&b, &ch, 1);
	}
	if (!changed && b.len <= room) {
		buf_addn(out, b.s, b.len);
		return;
	}
	buf_addn(out, b.s, b.len < room - DIGEST_LEN ? b.len :
	    room - DIGEST_LEN);
	buf_addf(out, "-%016" PRIx64, digest(stem));
}

bool
operation_name(const struct call *c, const char *prefix,
    const struct operation_form *f, struct buf *out, struct buf *why)
{
	const char *op = c->host->param(c->ctx, "operation");
	const char *pipeline = c->host->param(c->ctx, "pipeline");
	struct buf stem CLEANUP_BUF = { 0 };
	size_t n;

	if (op == NULL || *op == '\0') {
		buf_add(why, "this run has no operation, by which it could "
		    "be recognized");
		return false;
	}
	n = stem_length(op);
	if (pipeline && *pipeline)
		buf_addf(&stem, "%s-", pipeline);
	buf_addn(&stem, op, n);
	buf_add(out, prefix);
	add_stem(f, &stem, f->most - strlen(prefix) - NUMBER_MOST, out);
	buf_add(out, op + n);
	return true;
}

bool
operation_akin(const char *a, const char *b)
{
	size_t n = stem_length(a);

	return n == stem_length(b) && strncmp(a, b, n) == 0 &&
	    (a[n] != '\0') == (b[n] != '\0');
}
