/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_window.c -- stretches of time: quiet hours, maintenance, and the
 * hours of a route.
 *
 * A window says when it is in exactly one of three ways: from and to on
 * some days of the week, a cron line and how long, or a start and an end. Its
 * times are of its own zone, or of the zone of whatever pipeline is told of.
 * What happens on a day whose clock is changed is core/notify's affair.
 */
#include <string.h>

#include "config/build.h"

enum { ALL_DAYS = 0x7f };

static const char *const day_names[7] = { "sun", "mon", "tue", "wed", "thu",
	"fri", "sat" };

/*-------------------------------------------------------------------- days */

static int
day_named(const char *s, size_t len)
{
	int i;

	for (i = 0; i < 7; i++)
		if (len == 3 && strncmp(day_names[i], s, 3) == 0)
			return i;
	return -1;
}

/* "fri" or "mon-fri", also over the end of the week. */
static bool
add_days(const char *s, size_t len, unsigned *days)
{
	int from, to;

	if (len != 3 && (len != 7 || s[3] != '-'))
		return false;
	from = day_named(s, 3);
	to = len == 3 ? from : day_named(s + 4, 3);
	if (from < 0 || to < 0)
		return false;
	for (; from != to; from = (from + 1) % 7)
		*days |= 1u << from;
	*days |= 1u << to;
	return true;
}

/* "mon-fri,sun" */
static bool
days_parse(const char *s, size_t len, unsigned *ret)
{
	const char *end = s + len, *comma;

	*ret = 0;
	while (s < end) {
		comma = memchr(s, ',', (size_t)(end - s));
		if (comma == NULL)
			comma = end;
		if (!add_days(s, (size_t)(comma - s), ret))
			return false;
		s = comma < end ? comma + 1 : end;
	}
	return *ret != 0;
}

/* "08:00-18:00" */
static bool
times_parse(struct load *l, const char *s, struct window *w)
{
	const char *dash = strchr(s, '-');

	return dash && clock_time_parse(arena_strndup(l->scratch, s,
	    (size_t)(dash - s)), &w->from_s) == 0 &&
	    clock_time_parse(dash + 1, &w->to_s) == 0;
}

bool
window_parse(struct load *l, const char *s, struct window *ret)
{
	const char *space = strrchr(s, ' ');

	*ret = (struct window){ .name = "", .kind = WINDOW_HOURS,
		.when = WHEN_DAILY, .days = ALL_DAYS };
	if (space && !days_parse(s, (size_t)(space - s), &ret->days))
		return false;
	return times_parse(l, space ? space + 1 : s, ret);
}

/*--------------------------------------------------------------- one window */

static bool
says(const struct object *o, const char *key)
{
	return node_member(o->node, key) != NULL;
}

static void
read_daily(struct load *l, const struct object *o, struct window *w)
{
	const struct node *n = node_member(o->node, "days");

	w->when = WHEN_DAILY;
	w->days = ALL_DAYS;
	if (!says(o, "from") || !says(o, "to"))
		wrong(l, o->node, "%s: 'from' and 'to' belong together",
		    label(l, o));
	if (n && (n->type != NODE_STRING || !days_parse(n->text,
	    strlen(n->text), &w->days)))
		wrong(l, n, "%s: 'days' are days of the week such as "
		    "\"mon-fri\" or \"sat,sun\", %s found", label(l, o),
		    node_seen(n, l->scratch));
}

static void
read_at(struct load *l, const struct object *o, struct window *w)
{
	const struct node *n = node_member(o->node, "at");
	const char *why = "expected five fields such as \"0 22 * * sun\"";

	w->when = WHEN_CRON;
	if (n->type != NODE_STRING || cron_parse(n->text, &w->cron, &why) < 0)
		wrong(l, n, "%s: 'at' can't be %s: %s", label(l, o),
		    node_seen(n, l->scratch), why);
	if (!says(o, "for"))
		wrong(l, o->node, "%s: 'at' needs 'for': how long it is",
		    label(l, o));
}

static void
read_instant(struct load *l, const struct object *o, const char *key,
    const struct window *w, int64_t *ret)
{
	const struct node *n = node_member(o->node, key);

	if (n == NULL)
		wrong(l, o->node, "%s: 'start' and 'end' belong together",
		    label(l, o));
	else if (n->type != NODE_STRING ||
	    instant_parse(n->text, &w->zone, ret) < 0)
		wrong(l, n, "%s: '%s' is an instant such as \"2026-02-01 "
		    "22:00\", %s found", label(l, o), key, node_seen(n,
		    l->scratch));
}

static void
read_once(struct load *l, const struct object *o, struct window *w)
{
	w->when = WHEN_ONCE;
	read_instant(l, o, "start", w, &w->start);
	read_instant(l, o, "end", w, &w->end);
	if (says(o, "start") && says(o, "end") && w->end <= w->start)
		wrong(l, node_member(o->node, "end"), "%s: it ends before it "
		    "starts", label(l, o));
}

static void
read_when(struct load *l, const struct object *o, struct window *w)
{
	int ways = (says(o, "from") || says(o, "to")) + says(o, "at") +
	    (says(o, "start") || says(o, "end"));

	if (ways != 1)
		wrong(l, o->node, "%s: says %s when it is: one of 'from' and "
		    "'to', 'at' and 'for', 'start' and 'end' was expected",
		    label(l, o), ways == 0 ? "nowhere" : "more than once");
	else if (says(o, "at"))
		read_at(l, o, w);
	else if (says(o, "start") || says(o, "end"))
		read_once(l, o, w);
	else
		read_daily(l, o, w);
}

static void
read_zone(struct load *l, const struct object *o, struct window *w)
{
	const struct node *n = node_member(o->node, "timezone");
	const struct objects *pipelines = &l->of[KIND_PIPELINE];

	zone_utc(&w->zone);
	if (n) {
		w->zoned = zone_read(l, o, "timezone", n, &w->zone);
		return;
	}
	/* an instant needs one: that of the pipeline it is about */
	n = o->after.n == 1 ? node_member(o->after.v[0].to->node,
	    "timezone") : pipelines->n == 1 ? node_member(
	    pipelines->v[0]->node, "timezone") : NULL;
	l->quiet = true;
	if (n)
		(void)zone_read(l, o, "timezone", n, &w->zone);
	l->quiet = false;
}

static void
read_targets(struct load *l, const struct object *o, struct window *w)
{
	const struct node *n = node_member(o->node, "targets");
	const char **v;
	size_t i;

	if (n == NULL)
		return;
	v = room(l, node_count(n), sizeof v[0]);
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);

		if (e->type == NODE_STRING)
			v[w->n_targets++] = arena_strdup(l->arena, e->text);
		else
			wrong(l, e, "%s: 'targets' are names, %s found",
			    label(l, o), node_seen(e, l->scratch));
	}
	w->targets = v;
}

static const int32_t *
notifiers_of(struct load *l, const struct refs *refs, int32_t *ret_n)
{
	int32_t *v = room(l, refs->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < refs->n; i++)
		v[i] = refs->v[i].to->instance;
	*ret_n = (int32_t)refs->n;
	return v;
}

void
build_windows(struct load *l)
{
	const struct objects *list = &l->of[KIND_WINDOW];
	struct window *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];
		struct window *w = &v[i];

		keys_read(l, o, keys_of(o), w);
		w->name = o->name;
		w->origin = origin_of(o->node);
		w->pipelines = indexes(l, &o->after, &w->n_pipelines);
		w->phases = indexes(l, &o->guards, &w->n_phases);
		w->notifiers = notifiers_of(l, &o->inputs, &w->n_notifiers);
		read_zone(l, o, w);
		read_when(l, o, w);
		read_targets(l, o, w);
	}
	l->conf->windows = v;
	l->conf->n_windows = (int32_t)list->n;
}
