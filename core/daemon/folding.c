/* SPDX-License-Identifier: BSD-2-Clause
 *
 * folding.c -- a fold over the journal that leaves the loop its time.
 *
 * The daemon has one thread and holds the journal, so that nobody else can
 * read it. A season of events takes seconds to read: in slices of a few
 * milliseconds, with everything else in between, nobody waits for it. The
 * journal only grows: what had been written when it began is one picture,
 * however long the reading takes.
 *
 * First the kinds that count from the beginning (who held what, which
 * incidents there were), up to where the period begins to matter; then all
 * that came after; then the messages.
 *
 * A reload ends it: names and due times would be of two configurations.
 */
#include "daemon/folding.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/inside.h"

enum { SLICE_MS = 5, BATCH = 64 };

struct folding {
	struct folding *next;
	struct supervisor *s;
	struct report *report;
	uint64_t generation;    /* whose names and due times they are */
	uint64_t last;          /* of the journal when it began */
	int64_t since;
	const char *const *kind;        /* of report_always(); then all */
	uint64_t after;
	int32_t read;           /* of the batch */
	folding_done *done;
	void *arg;
	uv_idle_t *idle;        /* its own allocation: outlives us a moment */
};

static void
on_closed(uv_handle_t *h)
{
	free(h);
}

void
folding_cancel(struct folding *f)
{
	struct folding **at = &f->s->foldings;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	(void)uv_idle_stop(f->idle);
	uv_close((uv_handle_t *)f->idle, on_closed);
	report_free(f->report);
	free(f);
}

static void
end(struct folding *f, const char *why)
{
	f->done(f->arg, why ? NULL : f->report, why);
	folding_cancel(f);
}

void
foldings_free(struct supervisor *s)
{
	while (s->foldings)
		end(s->foldings, "the daemon stops");
}

/*----------------------------------------------------------------- feeding */

static int
take_event(void *arg, uint64_t seq, const struct store_event *e)
{
	struct folding *f = arg;

	f->read++;
	f->after = seq;
	if (seq <= f->last)
		report_event(f->report, seq, e);
	return 0;
}

/* One batch; 1: there are more of this kind, 0: no, or -errno. */
static int
batch(struct folding *f)
{
	const char *kind = *f->kind;
	struct store_query q = { .after_seq = f->after, .limit = BATCH,
		.kind = kind, .from = kind ? INSTANT_NONE : f->since,
		.to = kind ? f->since - 1 : INSTANT_NONE };
	int r;

	f->read = 0;
	r = store_events(f->s->store, &q, take_event, f);
	if (r < 0)
		return r;
	return f->read == BATCH && f->after < f->last;
}

static void
take_messages(struct folding *f)
{
	CLEANUP_JSON json_t *list = store_messages(f->s->store, 0, 0);
	const json_t *m;
	size_t i;

	json_array_foreach(list, i, m)
		report_message(f->report, &(struct report_message){
			.id = (uint64_t)json_int(m, "id", 0),
			.incident = (uint64_t)json_int(m, "incident", 0),
			.notifier = json_text(m, "notifier", NULL),
			.queued_at = json_int(m, "queued_at", INSTANT_NONE),
			.delivered_at = json_int(m, "delivered_at",
			    INSTANT_NONE),
			.body = json_object_get(m, "body") });
}

static void
on_idle(uv_idle_t *idle)
{
	struct folding *f = idle->data;
	int64_t until = clock_real_ms() + SLICE_MS;
	int more;

	if (f->s->g.number != f->generation) {
		end(f, "the configuration was reloaded: ask again");
		return;
	}
	do {
		more = batch(f);
		if (more < 0) {
			end(f, "the journal can't be read");
			return;
		}
		if (more == 0 && *f->kind == NULL) {
			take_messages(f);
			report_end(f->report);
			end(f, NULL);
			return;
		}
		if (more == 0) {
			f->kind++;
			f->after = 0;
		}
	} while (clock_real_ms() < until);
}

struct folding *
folding_start(struct supervisor *s, const struct report_query *q,
    int64_t as_of, folding_done *done, void *arg)
{
	struct folding *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	*f = (struct folding){ .next = s->foldings, .s = s,
		.report = report_new(s->g.conf, as_of),
		.generation = s->g.number,
		.last = store_last_seq(s->store),
		.since = report_since(s->g.conf, q),
		.kind = report_always(), .done = done, .arg = arg,
		.idle = calloc(1, sizeof *f->idle) };
	if (f->idle == NULL)
		abort();
	s->foldings = f;
	(void)uv_idle_init(&s->loop, f->idle);
	f->idle->data = f;
	(void)uv_idle_start(f->idle, on_idle);
	return f;
}
