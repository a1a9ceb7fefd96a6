/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_rest.c -- settings, notifiers and former names.
 *
 * A clock of its own makes the daemon believe another time than it is: for
 * demonstrations and tests. Its start must be an instant and its speed above
 * zero, because a clock of speed 0 is the system's.
 */
#include <stdio.h>
#include <string.h>

#include "config/build.h"

static void
read_clock(struct load *l, const struct top_keys *k, const struct node *n)
{
	struct settings *s = &l->conf->settings;
	const struct node *tz = node_member(n, "timezone");
	const struct node *start = node_member(n, "start");
	struct zone zone;

	s->clock_virtual = true;
	s->clock_speed = k->clock.speed;
	if (!(s->clock_speed > 0))
		wrong(l, n, "settings: 'clock.speed' must be above 0");
	zone_utc(&zone);
	if (tz && tz->type == NODE_STRING &&
	    !zone_read(l, NULL, "clock.timezone", tz, &zone))
		return;
	if (k->clock.start &&
	    instant_parse(k->clock.start, &zone, &s->clock_start) < 0)
		wrong(l, start, "settings: 'clock.start' is an instant such "
		    "as \"2026-01-13 04:00\", %s found", node_seen(start,
		    l->scratch));
}

void
build_settings(struct load *l)
{
	struct top_keys k = { 0 };
	const struct node *clock = node_member(&l->settings, "clock");

	keys_read(l, NULL, top_table, &k);
	l->conf->settings = k.def;
	l->conf->graph.starts_per_hour = k.def.starts_per_hour;
	if (clock && clock->type == NODE_GROUP)
		read_clock(l, &k, clock);
}

void
build_notifiers(struct load *l)
{
	const struct objects *list = &l->of[KIND_NOTIFIER];
	struct instance *in;
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct notifier_keys k = { 0 };

		keys_read(l, list->v[i], keys_of(list->v[i]), &k);
		in = instance_make(l, list->v[i], k.timeout_ms);
		in->pace_ms = k.pace_ms;
		in->canary = k.canary;
		in->cap = k.cap;
	}
}

/*------------------------------------------------------------ former names */

static void
add_rename(struct load *l, const struct object *o, const struct node *was,
    const char *(*ret)[3])
{
	const struct object *other = o->kind == KIND_PHASE ?
	    phase_named(l, o->owner, was->text) :
	    object_named(l, o->kind, was->text);

	(*ret)[0] = kind_name(o->kind);
	(*ret)[1] = arena_strdup(l->arena, was->text);
	(*ret)[2] = o->name;
	if (other)
		wrong(l, was, "%s: was = '%s', but there is %s with that "
		    "name now (%s)", label(l, o), was->text, other == o ?
		    "this one" : "another", place(l, other->node));
}

static size_t
count_renames(const struct load *l)
{
	size_t i, n = 0;
	int k;

	for (k = 0; k < KINDS; k++)
		for (i = 0; i < l->of[k].n; i++)
			n += node_member(l->of[k].v[i]->node, "was") != NULL;
	return n;
}

void
build_renames(struct load *l)
{
	const char *(*v)[3] = room(l, count_renames(l), sizeof v[0]);
	int32_t n = 0;
	size_t i;
	int k;

	for (k = 0; k < KINDS; k++)
		for (i = 0; i < l->of[k].n; i++) {
			const struct object *o = l->of[k].v[i];
			const struct node *was = node_member(o->node, "was");

			if (was && was->type == NODE_STRING &&
			    key_find(keys_of(o), "was"))
				add_rename(l, o, was, &v[n++]);
		}
	l->conf->renames = (const char *const (*)[3])v;
	l->conf->n_renames = n;
}
