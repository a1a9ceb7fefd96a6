/* SPDX-License-Identifier: BSD-2-Clause
 *
 * container.c -- what a container is told of a run: words and variables.
 *
 * Each word is an element of an array and each variable a value, as an exec
 * action has its argv and environment: no text passes a shell of ours.
 */
#include "lib/container.h"

#include "lib/template.h"

bool
container_check(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	uint32_t n = host->count(ctx, "args"), i;

	for (i = 0; i < n; i++)
		if (!template_check(GW_ACTION, "args",
		    host->item(ctx, "args", i), why))
			return false;
	return true;
}

static void
add_list(const struct call *c, const char *name, json_t *out)
{
	uint32_t n = c->host->param_count(c->ctx, name), i;

	for (i = 0; i < n; i++)
		json_array_append_new(out,
		    json_string(c->host->param_item(c->ctx, name, i)));
}

json_t *
container_args(const struct call *c, struct buf *why)
{
	uint32_t n = c->host->count(c->ctx, "args"), i;
	json_t *out = json_array();

	for (i = 0; i < n; i++) {
		const char *text = c->host->item(c->ctx, "args", i);
		struct buf b CLEANUP_BUF = { 0 };

		if (template_list(text)) {
			add_list(c, template_list(text), out);
			continue;
		}
		if (!template_expand(c, text, TEMPLATE_RAW, &b, why)) {
			json_decref(out);
			return NULL;
		}
		json_array_append_new(out, json_string(buf_str(&b)));
	}
	return out;
}

static void
add_joined(const struct call *c, const char *list, struct buf *b)
{
	uint32_t n = c->host->param_count(c->ctx, list), i;

	for (i = 0; i < n; i++)
		buf_addf(b, "%s%s", i ? "," : "",
		    c->host->param_item(c->ctx, list, i));
}

json_t *
container_variables(const struct call *c)
{
	static const struct {
		const char *param, *name;
	} known[] = {
		{ "date", "GATEWARDEN_DATE" }, { "now", "GATEWARDEN_NOW" },
		{ "pipeline", "GATEWARDEN_PIPELINE" },
		{ "phase", "GATEWARDEN_PHASE" },
		{ "operation", "GATEWARDEN_OPERATION" },
		{ "attempt", "GATEWARDEN_ATTEMPT" },
		{ "missing", "GATEWARDEN_MISSING" },
		{ "failing", "GATEWARDEN_FAILING" }
	};
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		const char *s = c->host->param(c->ctx, known[i].param);
		struct buf b CLEANUP_BUF = { 0 };

		if (s == NULL)
			add_joined(c, known[i].param, &b);
		json_array_append_new(out, json_pack("{s:s, s:s}", "name",
		    known[i].name, "value", s ? s : buf_str(&b)));
	}
	return out;
}
