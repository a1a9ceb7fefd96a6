/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gate.c -- what the gates share: their inputs, counted and in words.
 *
 * Time takes part in one way only: an input that is bad but not due yet
 * (`not_due`) fails from its due instant on. gate_next_change() plays these
 * instants through in their order and asks the rule again, so that a gate
 * has its rule in one place and the answer to "when" follows from it.
 *
 * Pure, but for memory. The strings of the inputs are the host's and valid
 * until the call returns.
 */
#include "gate/gate.h"

#include <math.h>

#include "lib/buf.h"
#include "lib/number.h"

bool
gate_view_open(struct gate_view *v, const struct gw_host *host,
    struct gw_ctx *ctx)
{
	uint32_t n = host->inputs(ctx), i;

	*v = (struct gate_view){ .host = host, .ctx = ctx };
	v->in = mem_new(n, sizeof *v->in);
	v->result = mem_new(n, sizeof *v->result);
	for (i = 0; i < n; i++) {
		v->in[i].size = sizeof v->in[i];
		if (host->input(ctx, i, &v->in[i]) != 0)
			break;
		v->result[i] = v->in[i].result;
	}
	v->n = n;
	if (i == n && n > 0)
		return true;
	host->remark(ctx, n == 0 ? "the gate has no inputs" :
	    "an input could not be read");
	host->verdict(ctx, GW_V_UNKNOWN);
	return false;
}

void
gate_view_free(struct gate_view *v)
{
	free(v->in);
	free(v->result);
}

int32_t
gate_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	(void)ctx;
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

int32_t
gate_call(void *self, struct gw_ctx *ctx,
    void decide(const struct gate_view *))
{
	struct gate_view v;
	bool ok = gate_view_open(&v, self, ctx);

	if (ok)
		decide(&v);
	gate_view_free(&v);
	return ok ? GW_OK : GW_UNKNOWN;
}

uint32_t
gate_count(const struct gate_view *v, int32_t result)
{
	uint32_t i, n = 0;

	for (i = 0; i < v->n; i++)
		n += v->result[i] == result;
	return n;
}

/* The first due instant after `after` of an input that is not due. */
static int64_t
next_due(const struct gate_view *v, int64_t after)
{
	int64_t next = GATE_NEVER;
	uint32_t i;

	for (i = 0; i < v->n; i++)
		if (v->in[i].result == GW_R_NOT_DUE && v->in[i].due > after &&
		    (next == GATE_NEVER || v->in[i].due < next))
			next = v->in[i].due;
	return next;
}

static void
play_to(const struct gate_view *v, int64_t instant)
{
	uint32_t i;

	for (i = 0; i < v->n; i++)
		if (v->in[i].result == GW_R_NOT_DUE &&
		    v->in[i].due != GATE_NEVER && v->in[i].due <= instant)
			v->result[i] = GW_R_FAIL;
}

int64_t
gate_next_change(const struct gate_view *v, gate_rule *rule, const void *arg)
{
	int32_t now = rule(v, arg);
	int64_t at = next_due(v, v->host->now(v->ctx));
	uint32_t i;

	while (at != GATE_NEVER) {
		play_to(v, at);
		if (rule(v, arg) != now)
			break;
		at = next_due(v, at);
	}
	for (i = 0; i < v->n; i++)
		v->result[i] = v->in[i].result;
	return at;
}

static const char *
result_word(int32_t result)
{
	switch (result) {
	case GW_R_WARN:
		return "warns";
	case GW_R_FAIL:
		return "fails";
	case GW_R_SKIP:
		return "owes nothing";
	case GW_R_NOT_DUE:
		return "is not due yet";
	default:
		return "could not be told";
	}
}

/* ": 1 of 9, 8 missing" */
static void
add_numbers(struct buf *b, const struct gw_input *in)
{
	char text[NUMBER_TEXT];

	if (isfinite(in->value))
		buf_addf(b, ": %s", number_text(in->value, text));
	if (isfinite(in->value) && isfinite(in->expected))
		buf_addf(b, " of %s", number_text(in->expected, text));
	if (in->missing > 0)
		buf_addf(b, "%s%lld missing", isfinite(in->value) ? ", " :
		    ": ", (long long)in->missing);
}

void
gate_reasons(const struct gate_view *v)
{
	uint32_t i;

	for (i = 0; i < v->n; i++) {
		const struct gw_input *in = &v->in[i];
		struct buf b CLEANUP_BUF = { 0 };

		if (in->result == GW_R_PASS)
			continue;
		buf_addf(&b, "%s %s", in->name, result_word(in->result));
		if (in->result != GW_R_SKIP && in->result != GW_R_UNKNOWN)
			add_numbers(&b, in);
		if (in->result == GW_R_UNKNOWN && in->age_ms < 0)
			buf_add(&b, ": never measured");
		v->host->reason(v->ctx, "%s", buf_str(&b));
	}
}

int32_t
gate_severity(int32_t verdict)
{
	return verdict == GW_V_BLOCKED ? GW_S_CRITICAL :
	    verdict == GW_V_DEGRADED ? GW_S_WARNING : GW_S_NONE;
}

void
gate_opens_with(const struct gate_view *v, int32_t result)
{
	uint32_t i;

	for (i = 0; i < v->n; i++)
		if (v->result[i] == result)
			v->host->opens_with(v->ctx, v->in[i].name);
}
