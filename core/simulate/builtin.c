/* SPDX-License-Identifier: BSD-2-Clause
 *
 * builtin.c -- one of our own gates, called without a process.
 *
 * They are pure, one source each, and built in here as well as into plugins.
 * They see the host interface of gatewarden-host, of the same sources, and
 * give the result that a worker would send: what is asked here and what a
 * worker is asked can't drift apart.
 */
#include "simulate/builtin.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/ctx.h"
#include "host/options.h"

extern const struct gw_plugin gate_all, gate_any, gate_quorum, gate_ladder,
    gate_reconcile;

static const volatile sig_atomic_t never = 0;

struct builtin {
	struct gw_ctx c;
};

static const struct gw_plugin *
find(const char *name)
{
	static const struct gw_plugin *const all[] = { &gate_all, &gate_any,
		&gate_quorum, &gate_ladder, &gate_reconcile };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

bool
builtin_exists(const char *plugin)
{
	return find(plugin) != NULL;
}

static void
discard(struct builtin *b)
{
	result_free(&b->c.result);
	json_decref(b->c.options);
	free(b->c.name);
	free(b);
}

struct builtin *
builtin_open(const char *plugin, const char *instance, const json_t *options,
    char **ret_why)
{
	struct builtin *b = calloc(1, sizeof *b);

	if (b == NULL)
		abort();
	b->c = (struct gw_ctx){ .plugin = find(plugin), .stop = &never,
		.name = strdup(instance), .options = options ?
		    json_deep_copy(options) : json_object() };
	assert(b->c.plugin != NULL);
	if (b->c.name == NULL || b->c.options == NULL)
		abort();
	options_fill(b->c.options, b->c.plugin);
	result_start(&b->c.result);
	if (b->c.plugin->open(&b->c, host_vtable(), &b->c.self) == GW_OK) {
		result_free(&b->c.result);
		return b;
	}
	*ret_why = strdup(b->c.result.remark ? b->c.result.remark :
	    "its open() said no without a reason");
	discard(b);
	return NULL;
}

void
builtin_close(struct builtin *b)
{
	if (b == NULL)
		return;
	if (b->c.plugin->close)
		b->c.plugin->close(&b->c, b->c.self);
	discard(b);
}

json_t *
builtin_call(struct builtin *b, const json_t *input)
{
	json_t *result;
	int32_t code;

	result_start(&b->c.result);
	b->c.input = input;
	code = b->c.plugin->call(&b->c, b->c.self);
	b->c.input = NULL;
	result = result_json(&b->c.result, b->c.plugin->kind, code);
	result_free(&b->c.result);
	return result;
}
