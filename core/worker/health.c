/* SPDX-License-Identifier: BSD-2-Clause
 *
 * health.c -- instances and libraries: faults, backoff, quarantine.
 *
 * A fault is charged to the instance that was being served, never to its
 * library or its neighbours. One is free, since machines hiccup; from the
 * second in a row on the instance waits; five crashes in a row quarantine
 * it. A library is charged only for not loading or not greeting, which
 * concerns every instance of it alike.
 *
 * Times are real monotonic milliseconds. Instances are kept in a tree by
 * kind and name, libraries in a short list.
 */
#include "config.h" /* twalk_r, tdestroy */

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "worker/state.h"

enum { QUARANTINE_AFTER = 5, LIBRARY_QUARANTINE_AFTER = 3 };

/* In units of the first wait, by faults in a row. */
static int64_t
backoff(int32_t in_row)
{
	static const int32_t waits[] = { 0, 0, 1, 4, 15, 60 };
	int32_t last = (int32_t)ARRAY_SIZE(waits) - 1;

	return waits[in_row < last ? in_row : last];
}

static void
replace(char **p, const char *s)
{
	free(*p);
	*p = strdup(s);
	if (*p == NULL)
		abort();
}

/*----------------------------------------------------------------- finding */

static int
compare(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : strcmp(x->kind, y->kind);
}

struct instance *
instance_find(const struct pool *p, const char *kind, const char *name)
{
	struct instance key = { .kind = (char *)(uintptr_t)kind,
		.name = (char *)(uintptr_t)name };
	void *slot = tfind(&key, &p->instances, compare);

	return slot ? *(struct instance **)slot : NULL;
}

static struct library *
library_get(struct pool *p, const char *path)
{
	struct library *l;

	TAILQ_FOREACH(l, &p->libraries, link)
		if (strcmp(l->path, path) == 0)
			return l;
	l = calloc(1, sizeof *l);
	if (l == NULL)
		abort();
	replace(&l->path, path);
	TAILQ_INIT(&l->ready);
	TAILQ_INSERT_TAIL(&p->libraries, l, link);
	return l;
}

static struct instance *
instance_new(struct pool *p, const struct pool_instance *pi)
{
	struct instance *in = calloc(1, sizeof *in);

	if (in == NULL)
		abort();
	in->pool = p;
	replace(&in->kind, pi->kind);
	replace(&in->name, pi->name);
	TAILQ_INIT(&in->calls);
	in->identity = pi->identity;
	in->kept = p->keeps;
	in->library = library_get(p, pi->path);
	if (tsearch(in, &p->instances, compare) == NULL)
		abort();
	return in;
}

/* Another definition, perhaps another file: a new life. Workers that have
 * the old one loaded end once idle. */
static void
instance_renew(struct pool *p, struct instance *in, uint64_t identity)
{
	struct worker *w;

	(void)instance_forgive(in);
	LIST_FOREACH(w, &p->workers, link)
		if (w->library == in->library)
			w->retire = true;
	in->identity = identity;
}

/* Its waiting calls go with it. */
static void
instance_move(struct pool *p, struct instance *in, const char *path)
{
	if (in->is_ready)
		TAILQ_REMOVE(&in->library->ready, in, ready);
	in->library = library_get(p, path);
	if (in->is_ready)
		TAILQ_INSERT_TAIL(&in->library->ready, in, ready);
}

struct instance *
instance_get(struct pool *p, const struct pool_instance *pi)
{
	struct instance *in = instance_find(p, pi->kind, pi->name);

	if (in == NULL)
		return instance_new(p, pi);
	in->kept = p->keeps;
	if (in->identity != pi->identity)
		instance_renew(p, in, pi->identity);
	if (strcmp(in->library->path, pi->path) != 0)
		instance_move(p, in, pi->path);
	return in;
}

struct walk {
	void (*fn)(struct instance *, void *);
	void *arg;
};

static void
visit(const void *node, VISIT which, void *closure)
{
	struct walk *w = closure;

	if (which == postorder || which == leaf)
		w->fn(*(struct instance *const *)node, w->arg);
}

void
instance_each(const struct pool *p, void (*fn)(struct instance *, void *),
    void *arg)
{
	struct walk w = { fn, arg };

	twalk_r(p->instances, visit, &w);
}

static void
instance_free(void *arg)
{
	struct instance *in = arg;

	free(in->kind);
	free(in->name);
	free(in->last_fault);
	free(in);
}

void
instance_drop(struct pool *p, struct instance *in)
{
	assert(!in->is_busy && !in->is_ready && TAILQ_EMPTY(&in->calls));
	(void)tdelete(in, &p->instances, compare);
	instance_free(in);
}

void
instances_free(struct pool *p)
{
	struct library *l;

	tdestroy(p->instances, instance_free);
	p->instances = NULL;
	while ((l = TAILQ_FIRST(&p->libraries)) != NULL) {
		TAILQ_REMOVE(&p->libraries, l, link);
		free(l->path);
		free(l->last_failure);
		free(l);
	}
}

/*------------------------------------------------------------------ health */

static char *
backing_off(const char *what, int64_t until, const char *why)
{
	struct text t = { 0 };
	char buf[DURATION_TEXT];
	int64_t left = until - clock_real_ms();

	if (left <= 0)
		return NULL;
	text_addf(&t, "%s for another %s after its last fault: %s", what,
	    duration_round(left, buf), why);
	return text_take(&t);
}

static char *
in_quarantine(const char *what, int32_t n, const char *why)
{
	struct text t = { 0 };

	text_addf(&t, "%s after %d faults in a row, until it is reset or "
	    "changed; the last: %s", what, n, why);
	return text_take(&t);
}

char *
instance_refusal(const struct instance *in)
{
	const struct library *l = in->library;
	char *why;

	if (in->quarantined)
		return in_quarantine("quarantined", in->crashes,
		    in->last_fault);
	if (l->quarantined)
		return in_quarantine("its plugin is quarantined", l->in_row,
		    l->last_failure);
	why = backing_off("backing off", in->backoff_until, in->last_fault);
	return why ? why : backing_off("its plugin is backed off",
	    l->backoff_until, l->last_failure);
}

void
instance_answered(struct instance *in, int64_t ms)
{
	in->n_answered++;
	in->total_ms += ms;
	(void)instance_forgive(in);
}

void
instance_note(struct instance *in, const char *why)
{
	in->n_faults++;
	replace(&in->last_fault, why);
	in->last_fault_at = clock_real_ms();
}

static void
set_quarantine(struct instance *in, bool on)
{
	const struct pool_options *o = &in->pool->o;

	if (in->quarantined == on)
		return;
	in->quarantined = on;
	if (o->quarantine)
		o->quarantine(o->quarantine_arg, in->kind, in->name,
		    in->identity, on, in->last_fault);
}

void
instance_faulted(struct pool *p, struct instance *in, const char *why,
    bool timed_out)
{
	instance_note(in, why);
	in->in_row++;
	if (!timed_out)
		in->crashes++;
	in->backoff_until = in->last_fault_at +
	    p->o.backoff_ms * backoff(in->in_row);
	set_quarantine(in, in->crashes >= QUARANTINE_AFTER);
}

void
pool_quarantine(struct pool *p, const struct pool_instance *pi,
    const char *fault)
{
	struct instance *in = instance_get(p, pi);

	replace(&in->last_fault, fault);
	in->last_fault_at = clock_real_ms();
	in->in_row = in->crashes = QUARANTINE_AFTER;
	in->quarantined = true;
}

bool
instance_forgive(struct instance *in)
{
	struct library *l = in->library;
	bool had = in->in_row > 0 || in->quarantined || l->in_row > 0;

	in->in_row = in->crashes = 0;
	in->backoff_until = 0;
	set_quarantine(in, false);
	library_greeted(l);
	return had;
}

void
library_failed(struct pool *p, struct library *l, const char *why)
{
	l->in_row++;
	replace(&l->last_failure, why);
	l->backoff_until = clock_real_ms() +
	    p->o.backoff_ms * backoff(l->in_row);
	l->quarantined = l->in_row >= LIBRARY_QUARANTINE_AFTER;
}

void
library_greeted(struct library *l)
{
	l->in_row = 0;
	l->backoff_until = 0;
	l->quarantined = false;
}
