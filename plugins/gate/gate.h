/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gate.h -- what the gates share: their inputs, counted and in words.
 *
 * Everything here is pure: it sees what the host hands over and nothing
 * else, so that a gate can be built into a program as well. There
 * (GATE_BUILTIN) it is named after itself: gate_quorum.
 */
#ifndef PLUGIN_GATE_GATE_H
#define PLUGIN_GATE_GATE_H

#include <gatewarden/plugin.h>
#include <stdbool.h>

#ifdef GATE_BUILTIN
#define GATE(id, ...) \
	extern const struct gw_plugin gate_##id; \
	const struct gw_plugin gate_##id = { \
		.abi = GW_ABI, .size = sizeof(struct gw_plugin), \
		.option_size = sizeof(struct gw_option), __VA_ARGS__ }
#else
#define GATE(id, ...) GW_PLUGIN(__VA_ARGS__)
#endif

#define GATE_NEVER INT64_MIN            /* an instant that isn't there */

/* The inputs of one evaluation. */
struct gate_view {
	const struct gw_host *host;
	struct gw_ctx *ctx;
	struct gw_input *in;
	int32_t *result;                /* of each; what a rule looks at */
	uint32_t n;
};

/* False: there are none, or one can't be read; the verdict has been given.
 * To be freed in any case. */
bool gate_view_open(struct gate_view *, const struct gw_host *,
    struct gw_ctx *);
void gate_view_free(struct gate_view *);

/* For gates that keep nothing: `open`, whose self is the host, and a call
 * that lets `decide` say its verdict. */
int32_t gate_open(struct gw_ctx *, const struct gw_host *, void **ret_self);
int32_t gate_call(void *self, struct gw_ctx *,
    void decide(const struct gate_view *));

/* How many inputs have the result. */
uint32_t gate_count(const struct gate_view *, int32_t result);

/* A rule: the verdict (GW_V_...) on view->result. */
typedef int32_t gate_rule(const struct gate_view *, const void *arg);

/* When time alone would make it another verdict: the first due instant at
 * which an input that is not due yet would count as failing and the rule say
 * something else. GATE_NEVER if none does. */
int64_t gate_next_change(const struct gate_view *, gate_rule *,
    const void *arg);

/* Adds a reason for each input that doesn't simply pass:
 * "pdc fails: 0", "box_scores warns: 8 of 9, 1 missing". */
void gate_reasons(const struct gate_view *);

/* "open, degraded", for severities of a gate that is used as an alarm:
 * blocked is critical, degraded a warning, all others none. */
int32_t gate_severity(int32_t verdict);

/* Names as counterfactual each input of that result. */
void gate_opens_with(const struct gate_view *, int32_t result);

#endif
