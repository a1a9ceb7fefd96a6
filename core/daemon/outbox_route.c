/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_route.c -- who gets a message, and who gets it next.
 *
 * Which routes take it is asked of core/notify. A notifier that several of
 * them name gets a message once, with the fallbacks of the first. The end of
 * an incident doesn't ask the routes: they may have changed, and its severity
 * isn't that of each message before it.
 *
 * Pure: reads the configuration and lists of messages, changes neither.
 */
#include "daemon/outbox_route.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"

int32_t
find_notifier(const struct conf *c, const char *name)
{
	int32_t i, former = NONE;

	for (i = 0; i < c->n_instances; i++) {
		const struct instance *x = &c->instances[i];

		if (x->kind != INSTANCE_NOTIFIER)
			continue;
		if (strcmp(x->name, name) == 0)
			return i;
		if (x->was && strcmp(x->was, name) == 0)
			former = i;
	}
	return former;
}

static json_t *
fallbacks(const struct conf *c, const struct route *r)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < r->n_fallback; i++)
		(void)json_array_append_new(list, json_string(
		    c->instances[r->fallback[i]].name));
	return list;
}

static void
add_route(const struct conf *c, const struct route *r, json_t *picked)
{
	int32_t i;

	for (i = 0; i < r->n_to; i++) {
		const char *name = c->instances[r->to[i]].name;

		assert(c->instances[r->to[i]].kind == INSTANCE_NOTIFIER);
		if (json_object_get(picked, name) == NULL)
			(void)json_object_set_new(picked, name,
			    fallbacks(c, r));
	}
}

/* Takes out of each list what the message goes to in any case. */
static void
leave_out_picked(json_t *picked)
{
	const char *name;
	json_t *list;
	size_t i;

	json_object_foreach(picked, name, list)
		for (i = json_array_size(list); i > 0; i--)
			if (json_object_get(picked, json_string_value(
			    json_array_get(list, i - 1))))
				(void)json_array_remove(list, i - 1);
}

json_t *
route_now(const struct conf *c, const struct notify_case *x, enum severity s,
    int64_t now)
{
	json_t *picked = json_object();
	const struct route *r = NULL;

	while ((r = notify_route(c, x, s, now, r)))
		add_route(c, r, picked);
	leave_out_picked(picked);
	return picked;
}

json_t *
route_to_told(const struct conf *c, const json_t *messages)
{
	json_t *picked = json_object(), *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		const json_t *list = json_object_get(json_object_get(m,
		    "body"), "fallback");
		int32_t n = find_notifier(c, json_text(m, "notifier", ""));

		if (json_flag(m, "gave_up", false) || n == NONE)
			continue;
		(void)json_object_set_new(picked, c->instances[n].name, list ?
		    json_copy((json_t *)list) : json_array());
	}
	leave_out_picked(picked);
	return picked;
}

/* A notifier that would hear of another one's trouble. */
static bool
is_well(const struct conf *c, int32_t n, const json_t *broken,
    const char *itself)
{
	const char *name = c->instances[n].name;

	return c->instances[n].kind == INSTANCE_NOTIFIER &&
	    strcmp(name, itself) != 0 &&
	    json_object_get(broken, name) == NULL;
}

/* Those that a route names; what it hands on to in place of one that isn't
 * well. */
static void
add_well(const struct conf *c, const struct route *r, const json_t *broken,
    const char *itself, json_t *picked)
{
	bool all = true;
	int32_t i;

	for (i = 0; i < r->n_to; i++) {
		bool well = is_well(c, r->to[i], broken, itself);

		all = all && well;
		if (well)
			(void)json_object_set_new(picked,
			    c->instances[r->to[i]].name, json_array());
	}
	for (i = 0; i < r->n_fallback && !all; i++)
		if (is_well(c, r->fallback[i], broken, itself)) {
			(void)json_object_set_new(picked,
			    c->instances[r->fallback[i]].name, json_array());
			return;
		}
}

json_t *
route_around(const struct conf *c, const json_t *broken, const char *itself)
{
	json_t *picked = json_object();
	int32_t i;

	for (i = 0; i < c->n_routes; i++) {
		if (c->routes[i].pipeline != NONE ||
		    c->routes[i].phase != NONE)
			continue;
		add_well(c, &c->routes[i], broken, itself, picked);
		if (!c->routes[i].carry_on)
			break;
	}
	for (i = 0; i < c->n_instances && json_object_size(picked) == 0; i++)
		if (is_well(c, i, broken, itself))
			(void)json_object_set_new(picked,
			    c->instances[i].name, json_array());
	return picked;
}

const json_t *
message_to(const json_t *messages, uint64_t id, const char *notifier)
{
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m)
		if ((uint64_t)json_int(m, "id", 0) == id &&
		    strcmp(json_text(m, "notifier", ""), notifier) == 0)
			return m;
	return NULL;
}
