/* SPDX-License-Identifier: BSD-2-Clause
 *
 * all.c -- gate `all`: every input has to hold.
 *
 * One that fails blocks. Otherwise one that could not be told makes the
 * verdict unknown, one that is not due makes it waiting, one that warns
 * degrades it. An input that owes nothing doesn't count; where none owes
 * anything the gate is open.
 *
 * As an alarm: critical when blocked, a warning when degraded. Pure.
 */
#include "gate/gate.h"

static int32_t
rule(const struct gate_view *v, const void *arg)
{
	(void)arg;
	return gate_count(v, GW_R_FAIL) > 0 ? GW_V_BLOCKED :
	    gate_count(v, GW_R_UNKNOWN) > 0 ? GW_V_UNKNOWN :
	    gate_count(v, GW_R_NOT_DUE) > 0 ? GW_V_WAITING :
	    gate_count(v, GW_R_WARN) > 0 ? GW_V_DEGRADED : GW_V_OPEN;
}

static void
decide(const struct gate_view *v)
{
	int32_t verdict = rule(v, NULL);
	int64_t change = gate_next_change(v, rule, NULL);

	v->host->verdict(v->ctx, verdict);
	v->host->severity(v->ctx, gate_severity(verdict));
	gate_reasons(v);
	if (change != GATE_NEVER)
		v->host->next_change(v->ctx, change);
	if (verdict < GW_V_WAITING)
		return;
	gate_opens_with(v, GW_R_FAIL);
	gate_opens_with(v, GW_R_UNKNOWN);
	gate_opens_with(v, GW_R_NOT_DUE);
}

static int32_t
all_call(struct gw_ctx *ctx, void *self)
{
	return gate_call(self, ctx, decide);
}

static const struct gw_option options[] = {
	{ .name = NULL }
};

GATE(all,
	.kind = GW_GATE, .name = "all", .version = "1",
	.summary = "every input has to hold",
	.options = options, .open = gate_open, .call = all_call
);
