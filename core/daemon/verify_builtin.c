/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify_builtin.c -- what can be verified without asking a plugin.
 *
 * That each plugin can be loaded as it lies there now, that each secret that
 * something refers to can be read, that each notifier to which a route leads
 * has delivered lately, and that several objects mean the same thing by a
 * name. Each says what it lacks, one line an item; nothing here shows a
 * secret, only who refers to it and by which reference.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/units.h"
#include "daemon/secrets.h"
#include "daemon/verify.h"

#define DAY_MS INT64_C(86400000)

enum { PROVEN_DAYS = 7 };

static const char *const kinds[] = { [INSTANCE_CHECK] = "check",
	[INSTANCE_GATE] = "gate", [INSTANCE_ACTION] = "action",
	[INSTANCE_NOTIFIER] = "notifier" };

static void
add_item(json_t *entry, const char *list, const char *s)
{
	json_t *items = json_object_get(entry, list);

	if (items == NULL) {
		items = json_array();
		(void)json_object_set_new(entry, list, items);
	}
	(void)json_array_append_new(items, json_words(s));
}

void
verify_lack(json_t *entry, const char *fmt, ...)
{
	CLEANUP_FREE char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	va_end(ap);
	add_item(entry, "missing", s);
}

/*------------------------------------------------------------------- names */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* As a whole: "grades" is not in "grades_old". */
static bool
has_name(const char *s, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = strstr(s, name); at; at = strstr(at + 1, name))
		if ((at == s || !is_word(at[-1])) && !is_word(at[len]))
			return true;
	return false;
}

static bool
mentions(const json_t *options, const char *name)
{
	const char *key;
	const json_t *v;
	size_t i;

	if (json_is_string(options))
		return has_name(json_string_value(options), name);
	json_object_foreach((json_t *)(uintptr_t)options, key, v)
		if (mentions(v, name))
			return true;
	json_array_foreach((json_t *)(uintptr_t)options, i, v)
		if (mentions(v, name))
			return true;
	return false;
}

void
verify_names(const struct conf *c, const struct inventory_def *d,
    json_t *entry)
{
	int32_t i;

	for (i = 0; i < d->n_in; i++) {
		const struct instance *in = &c->instances[d->in[i]];

		if (!mentions(in->options, d->names))
			verify_lack(entry, "%s %s (%s:%d) does not name %s",
			    kinds[in->kind], in->name, in->origin.file ?
			    in->origin.file : "?", in->origin.line,
			    d->names);
	}
	verify_count(entry, d->n_in);
}

/*----------------------------------------------------------------- plugins */

static bool
is_first(const struct conf *c, int32_t n)
{
	const struct instance *v = c->instances;
	int32_t i;

	for (i = 0; i < n; i++)
		if (v[i].kind == v[n].kind && v[i].plugin && v[n].plugin &&
		    strcmp(v[i].plugin, v[n].plugin) == 0)
			return false;
	return true;
}

void
verify_plugins(const struct conf *c, const struct plugin_finder *f,
    json_t *entry)
{
	int64_t expected = 0;
	int32_t i;

	for (i = 0; i < c->n_instances; i++) {
		const struct instance *in = &c->instances[i];
		CLEANUP_JSON json_t *description = NULL;
		const char *path = NULL, *why = NULL;

		if (in->plugin == NULL || !is_first(c, i))
			continue;
		expected++;
		if (f->find(f->arg, in->kind, in->plugin, &path,
		    &description, &why) < 0)
			verify_lack(entry, "%s plugin %s: %s",
			    kinds[in->kind], in->plugin, why ? why :
			    "there is none any more");
		else if (in->path && strcmp(path, in->path) != 0)
			verify_lack(entry, "%s plugin %s: it is %s now, and "
			    "%s was loaded: reload", kinds[in->kind],
			    in->plugin, path, in->path);
	}
	verify_count(entry, expected);
}

/*----------------------------------------------------------------- secrets */

struct look {
	json_t *entry;
	const struct instance *in;
	int64_t n;
};

static void
try_secret(void *arg, const char *option, const char *reference)
{
	struct look *l = arg;
	const char *why = NULL;
	char *secret = NULL;

	l->n++;
	if (conf_secret(reference, &secret, &why) < 0) {
		verify_lack(l->entry, "%s %s, %s: %s %s",
		    kinds[l->in->kind], l->in->name, option, reference,
		    why ? why : "can't be read");
		return;
	}
	explicit_bzero(secret, strlen(secret));
	free(secret);
}

void
verify_secrets(const struct conf *c, json_t *entry)
{
	struct look l = { .entry = entry };
	int32_t i;

	for (i = 0; i < c->n_instances; i++) {
		l.in = &c->instances[i];
		secrets_each(l.in->options, try_secret, &l);
	}
	verify_count(entry, l.n);
}

/*------------------------------------------------------------------ routes */

static bool
leads_to(const struct conf *c, int32_t notifier)
{
	int32_t i, k;

	for (i = 0; i < c->n_routes; i++) {
		const struct route *r = &c->routes[i];

		for (k = 0; k < r->n_to; k++)
			if (r->to[k] == notifier)
				return true;
		for (k = 0; k < r->n_fallback; k++)
			if (r->fallback[k] == notifier)
				return true;
	}
	return false;
}

static const json_t *
said_of(const json_t *notifiers, const char *name)
{
	const json_t *x;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)notifiers, i, x)
		if (strcmp(json_text(x, "notifier", ""), name) == 0)
			return x;
	return NULL;
}

static void
try_route(json_t *entry, const char *name, const json_t *said, int64_t now)
{
	int64_t at = json_int(said, "delivered_at", INSTANT_NONE);
	char age[DURATION_TEXT];

	if (json_is_integer(json_object_get(said, "failing_since")))
		verify_lack(entry, "notifier %s does not deliver: %s", name,
		    json_text(said, "error", "no reason was given"));
	else if (at == INSTANT_NONE)
		verify_lack(entry, "notifier %s has never delivered: "
		    "gatewarden notify test %s", name, name);
	else if (now - at > PROVEN_DAYS * DAY_MS)
		verify_lack(entry, "notifier %s delivered %s ago for the "
		    "last time: gatewarden notify test %s", name,
		    duration_text((now - at) / DAY_MS * DAY_MS, age), name);
}

void
verify_routes(const struct conf *c, const json_t *notifiers, int64_t now,
    json_t *entry)
{
	int64_t expected = 0;
	int32_t i;

	if (notifiers == NULL) {
		json_put(entry, "result", result_name(RESULT_SKIP));
		json_put(entry, "remark", "only a running daemon knows what "
		    "was delivered");
		return;
	}
	for (i = 0; i < c->n_instances; i++) {
		const struct instance *in = &c->instances[i];

		if (in->kind != INSTANCE_NOTIFIER || !leads_to(c, i))
			continue;
		expected++;
		try_route(entry, in->name, said_of(notifiers, in->name), now);
	}
	verify_count(entry, expected);
}
