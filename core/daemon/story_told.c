/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_told.c -- who was told, as lines of the timeline, and the timeline
 * put in order.
 *
 * A message has one line when it was queued; a second one when it arrived
 * noticeably later. Lines of one instant stay as they came.
 */
#include "daemon/story_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

enum { LATE_MS = 60000 };

static void
told(struct story *s, const json_t *m)
{
	const json_t *body = json_object_get(m, "body");
	int64_t queued = json_int(m, "queued_at", INSTANT_NONE);
	int64_t at = json_int(m, "delivered_at", INSTANT_NONE);
	const char *notifier = json_text(m, "notifier", "?");
	CLEANUP_TEXT struct text t = { 0 };

	story_words(&t, json_text(body, "kind", "message"));
	text_addf(&t, " (%s) to %s: %s", json_text(body, "severity", "?"),
	    notifier, json_text(body, "title", ""));
	if (at == INSTANT_NONE)
		text_addf(&t, "; not delivered%s%s", json_text(m, "reply",
		    NULL) ? ": " : "", json_text(m, "reply", ""));
	else if (at - queued < LATE_MS)
		text_add(&t, "; delivered");
	story_line(s, queued, "message", text_str(&t));
	if (at == INSTANT_NONE || at - queued < LATE_MS)
		return;
	text_clear(&t);
	text_addf(&t, "%s took '", notifier);
	story_words(&t, json_text(body, "kind", "?"));
	text_addf(&t, "', try %lld", (long long)json_int(m, "tries", 1));
	story_line(s, at, "delivered", text_str(&t));
}

void
story_told(struct story *s, const json_t *messages)
{
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m)
		told(s, m);
}

struct placed {
	int64_t at;
	size_t i;
	json_t *line;           /* borrowed from the list */
};

static int
by_time(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

void
story_sort(struct story *s)
{
	size_t n = json_array_size(s->lines), i;
	CLEANUP_FREE struct placed *v = calloc(n + 1, sizeof *v);
	json_t *sorted = json_array();

	if (v == NULL)
		abort();
	for (i = 0; i < n; i++) {
		json_t *o = json_array_get(s->lines, i);

		v[i] = (struct placed){ json_int(o, "ms", 0), i, o };
	}
	qsort(v, n, sizeof *v, by_time);
	for (i = 0; i < n; i++) {
		(void)json_object_del(v[i].line, "ms");
		(void)json_array_append(sorted, v[i].line);
	}
	json_decref(s->lines);
	s->lines = sorted;
}
