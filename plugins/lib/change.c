/* SPDX-License-Identifier: BSD-2-Clause
 *
 * change.c -- changing a database, in one transaction.
 *
 * Apart from db.c, which only reads: nothing that a check is linked with can
 * change anything. Values are bound by name and always as text; lists are
 * JSON arrays, which json_each() and json_array_elements_text() make rows of.
 */
#include "lib/change.h"

#include <jansson.h>

#include "lib/instant.h"
#include "lib/number.h"

const char *const change_names[] = { "date", "now", "pipeline", "phase",
	"operation", "attempt", "missing", "failing", NULL };

static const struct {
	const char *name;
	const struct change_driver *driver;
} drivers[] = {
	{ "sqlite", &change_sqlite },
#ifdef HAVE_LIBPQ
	{ "postgresql", &change_postgresql },
#endif
};

const struct change_driver *
change_driver(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	struct buf key CLEANUP_BUF = { 0 };
	const char *name;
	size_t i;

	buf_addf(&key, "%s.driver", option);
	name = option_or(host, ctx, buf_str(&key), "");
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		if (strcmp(drivers[i].name, name) == 0)
			return drivers[i].driver;
	buf_addf(why, "%s: a database of '%s' can't be changed from here; "
	    "those that can:", option, name);
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		buf_addf(why, " %s", drivers[i].name);
	return NULL;
}

static char *
list_of(const struct call *c, const char *name)
{
	uint32_t n = c->host->param_count(c->ctx, name), i;
	json_t *list = json_array();
	char *text;

	for (i = 0; i < n; i++)
		json_array_append_new(list,
		    json_string(c->host->param_item(c->ctx, name, i)));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (text == NULL)
		abort();
	return text;
}

static char *
now_of(const struct call *c)
{
	char now[INSTANT_TEXT];

	return mem_copy(instant_format(c->host->now(c->ctx), now));
}

void
change_begin(struct change *x, const struct call *c, const char *option)
{
	size_t i;

	*x = (struct change){ .call = c, .option = option };
	for (i = 0; change_names[i]; i++) {
		const char *name = change_names[i];

		x->values[i] = c->host->param(c->ctx, name);
		if (strcmp(name, "now") == 0)
			x->owned[i] = now_of(c);
		else if (strcmp(name, "missing") == 0 ||
		    strcmp(name, "failing") == 0)
			x->owned[i] = list_of(c, name);
		if (x->owned[i])
			x->values[i] = x->owned[i];
	}
}

bool
change_answer(struct change *x, const char *text)
{
	double v = 0;

	if (text && strcmp(text, "t") == 0)
		v = 1;
	else if (text && strcmp(text, "f") != 0 &&
	    !number_parse(text, strlen(text), &v)) {
		buf_add(&x->why, "happened: the query gave '");
		buf_add_line(&x->why, text, strlen(text), 60);
		buf_add(&x->why, "', expected a number, such as that of "
		    "count(*)");
		x->failure = GW_F_CONFIG;
		return false;
	}
	x->answered = v != 0;
	return true;
}

void
change_free(struct change *x)
{
	size_t i;

	for (i = 0; i < CHANGE_PARAMS; i++)
		free(x->owned[i]);
	buf_free(&x->why);
}
