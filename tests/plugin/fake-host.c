/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fake-host.c -- a host for pure plugins: options in, verdict out.
 *
 * Only what a gate may use is there; the rest of the table is NULL, so that
 * a gate which reached for more would crash its test.
 */
#define _GNU_SOURCE     /* asprintf */
#include "fake-host.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
join(char **to, const char *between, const char *s)
{
	char *old = *to, *new = NULL;

	if (asprintf(&new, "%s%s%s", old ? old : "", old ? between : "",
	    s) < 0)
		abort();
	free(old);
	*to = new;
}

static const char *
fake_text(struct gw_ctx *ctx, const char *name)
{
	int i;

	for (i = 0; i < FAKE_OPTIONS && ctx->options[i].name; i++)
		if (strcmp(ctx->options[i].name, name) == 0)
			return ctx->options[i].text;
	return NULL;
}

static int64_t
fake_integer(struct gw_ctx *ctx, const char *name)
{
	const char *s = fake_text(ctx, name);

	return s ? strtoll(s, NULL, 10) : 0;
}

static const char *
fake_item(struct gw_ctx *ctx, const char *name, uint32_t i)
{
	char key[64];

	(void)snprintf(key, sizeof key, "%s.%u", name, i);
	return fake_text(ctx, key);
}

/* Items of a list are NAME.I, members of groups NAME.I.KEY. */
static uint32_t
fake_count(struct gw_ctx *ctx, const char *name)
{
	size_t len = strlen(name);
	uint32_t n = 0, i;
	int k;

	for (k = 0; k < FAKE_OPTIONS && ctx->options[k].name; k++) {
		const char *s = ctx->options[k].name;

		if (strncmp(s, name, len) != 0 || s[len] != '.')
			continue;
		i = (uint32_t)strtoul(s + len + 1, NULL, 10);
		n = i + 1 > n ? i + 1 : n;
	}
	return n;
}

static int64_t
fake_now(struct gw_ctx *ctx)
{
	return ctx->now;
}

static int64_t
fake_anchor(struct gw_ctx *ctx)
{
	return ctx->anchor;
}

static uint32_t
fake_inputs(struct gw_ctx *ctx)
{
	assert(ctx->in_call);
	return ctx->n_inputs;
}

static int32_t
fake_get_input(struct gw_ctx *ctx, uint32_t i, struct gw_input *ret)
{
	assert(ctx->in_call && i < ctx->n_inputs);
	*ret = ctx->inputs[i];
	return 0;
}

static void
fake_verdict(struct gw_ctx *ctx, int32_t v)
{
	ctx->verdict = v;
}

static void
fake_severity(struct gw_ctx *ctx, int32_t v)
{
	ctx->severity = v;
}

static void
fake_next_change(struct gw_ctx *ctx, int64_t at)
{
	assert(at > ctx->now);
	ctx->next_change = at;
}

static void
fake_opens_with(struct gw_ctx *ctx, const char *input)
{
	join(&ctx->opens_with, ",", input);
}

static void __attribute__((format(printf, 2, 3)))
fake_reason(struct gw_ctx *ctx, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	join(&ctx->reasons, "|", text);
}

static void __attribute__((format(printf, 2, 3)))
fake_remark(struct gw_ctx *ctx, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	join(&ctx->remark, "|", text);
}

const struct gw_host fake_host = {
	.size = sizeof(struct gw_host), .abi = GW_ABI,
	.text = fake_text, .integer = fake_integer, .count = fake_count,
	.item = fake_item, .now = fake_now, .anchor = fake_anchor,
	.inputs = fake_inputs, .input = fake_get_input,
	.verdict = fake_verdict, .severity = fake_severity,
	.reason = fake_reason, .opens_with = fake_opens_with,
	.next_change = fake_next_change, .remark = fake_remark,
};

void
fake_init(struct gw_ctx *ctx)
{
	*ctx = (struct gw_ctx){ .verdict = -1, .severity = -1,
		.next_change = INT64_MIN };
}

void
fake_option(struct gw_ctx *ctx, const char *name, const char *text)
{
	int i = 0;

	while (ctx->options[i].name && strcmp(ctx->options[i].name, name) != 0)
		i++;
	assert(i < FAKE_OPTIONS);
	ctx->options[i] = (struct fake_option){ name, text };
}

void
fake_input(struct gw_ctx *ctx, const char *name, int32_t result,
    double value, double expected)
{
	assert(ctx->n_inputs < FAKE_INPUTS);
	ctx->inputs[ctx->n_inputs++] = (struct gw_input){
		.size = sizeof(struct gw_input), .result = result,
		.name = name, .item = name, .value = value,
		.expected = expected, .age_ms = 60000, .due = INT64_MIN };
}

int32_t
fake_run(struct gw_ctx *ctx, const struct gw_plugin *p)
{
	void *self = NULL;
	int32_t r = p->open(ctx, &fake_host, &self);

	if (r != GW_OK)
		return r;
	ctx->in_call = true;
	r = p->call(ctx, self);
	ctx->in_call = false;
	if (p->close)
		p->close(ctx, self);
	return r;
}

void
fake_clear(struct gw_ctx *ctx)
{
	free(ctx->reasons);
	free(ctx->opens_with);
	free(ctx->remark);
	ctx->reasons = ctx->opens_with = ctx->remark = NULL;
	ctx->verdict = ctx->severity = -1;
	ctx->next_change = INT64_MIN;
}

void
fake_free(struct gw_ctx *ctx)
{
	fake_clear(ctx);
}
