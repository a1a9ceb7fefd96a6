/* SPDX-License-Identifier: BSD-2-Clause
 *
 * any.c -- gate `any`: the best of several sources.
 *
 * One that passes opens. Otherwise, as long as one that is not due may still
 * come to pass, the gate waits: what starts now would carry the mark for
 * good. Else one that warns degrades, also beside one that could not be
 * told; with none of those, one that could not be told makes it unknown; and
 * only when all of them fail is it blocked. An input that owes nothing
 * doesn't count; where none owes anything the gate is open.
 *
 * As an alarm: critical when blocked, a warning when degraded. Pure.
 */
#include "gate/gate.h"

static int32_t
rule(const struct gate_view *v, const void *arg)
{
	(void)arg;
	return gate_count(v, GW_R_PASS) > 0 ||
	    gate_count(v, GW_R_SKIP) == v->n ? GW_V_OPEN :
	    gate_count(v, GW_R_NOT_DUE) > 0 ? GW_V_WAITING :
	    gate_count(v, GW_R_WARN) > 0 ? GW_V_DEGRADED :
	    gate_count(v, GW_R_UNKNOWN) > 0 ? GW_V_UNKNOWN : GW_V_BLOCKED;
}

static void
decide(const struct gate_view *v)
{
	int32_t verdict = rule(v, NULL);
	int64_t change = gate_next_change(v, rule, NULL);

	v->host->verdict(v->ctx, verdict);
	v->host->severity(v->ctx, gate_severity(verdict));
	if (verdict >= GW_V_WAITING)
		v->host->reason(v->ctx, "none of %u sources is whole; one "
		    "is enough", (unsigned)(v->n - gate_count(v,
		    GW_R_SKIP)));
	gate_reasons(v);
	if (change != GATE_NEVER)
		v->host->next_change(v->ctx, change);
	if (verdict < GW_V_WAITING)
		return;
	gate_opens_with(v, GW_R_NOT_DUE);
	gate_opens_with(v, GW_R_FAIL);
	gate_opens_with(v, GW_R_WARN);
	gate_opens_with(v, GW_R_UNKNOWN);
}

static int32_t
any_call(struct gw_ctx *ctx, void *self)
{
	return gate_call(self, ctx, decide);
}

static const struct gw_option options[] = {
	{ .name = NULL }
};

GATE(any,
	.kind = GW_GATE, .name = "any", .version = "1",
	.summary = "the best of several sources",
	.options = options, .open = gate_open, .call = any_call
);
