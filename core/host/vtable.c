/* SPDX-License-Identifier: BSD-2-Clause
 *
 * vtable.c -- what a plugin may call.
 *
 * One function per member of struct gw_host, thin: options and parameters
 * are looked up in JSON, everything told goes to the result. Nothing here
 * blocks but `log`, which writes to standard error and so waits for a
 * daemon that is slow to read.
 *
 * A plugin may call any of them at any time, with any pointer for a name
 * but not with any context: a context that isn't ours crashes the process,
 * which is its own.
 *
 * Lifetimes: strings that are handed out stand in the JSON of options or
 * input, and live as long as these.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "host/ctx.h"
#include "host/options.h"

enum { LOG_MAX = 4096 };

/*----------------------------------------------------------------- options */

static const char *
host_text(struct gw_ctx *c, const char *option)
{
	return option ? json_string_value(option_find(c->options, option)) :
	    NULL;
}

static int64_t
whole(double v)
{
	return v >= -9007199254740992.0 && v <= 9007199254740992.0 ?
	    (int64_t)v : 0;
}

static int64_t
host_integer(struct gw_ctx *c, const char *option)
{
	const json_t *j = option ? option_find(c->options, option) : NULL;

	if (json_is_boolean(j))
		return json_is_true(j);
	if (json_is_real(j))
		return whole(json_real_value(j));
	return json_is_integer(j) ? json_integer_value(j) : 0;
}

static double
host_number(struct gw_ctx *c, const char *option)
{
	const json_t *j = option ? option_find(c->options, option) : NULL;

	return json_is_number(j) ? json_number_value(j) : (double)NAN;
}

static uint32_t
host_count(struct gw_ctx *c, const char *option)
{
	const json_t *j = option ? option_find(c->options, option) : NULL;

	return (uint32_t)json_array_size(j);
}

static const char *
host_item(struct gw_ctx *c, const char *option, uint32_t i)
{
	const json_t *j = option ? option_find(c->options, option) : NULL;

	return json_string_value(json_array_get(j, i));
}

/*-------------------------------------------------------------- parameters */

static const json_t *
param_find(struct gw_ctx *c, const char *name)
{
	static const char *const own[] = { "date", "now", "pipeline" };
	const json_t *j;
	size_t i;

	if (c->input == NULL || name == NULL)
		return NULL;
	j = json_object_get(json_object_get(c->input, "params"), name);
	for (i = 0; j == NULL && i < ARRAY_SIZE(own); i++)
		if (strcmp(name, own[i]) == 0)
			j = json_object_get(c->input, name);
	return j;
}

static const char *
host_param(struct gw_ctx *c, const char *name)
{
	const char *s = json_string_value(param_find(c, name));

	if (s == NULL && name && c->input && strcmp(name, "instance") == 0)
		return c->name;
	return s;
}

static uint32_t
host_param_count(struct gw_ctx *c, const char *name)
{
	return (uint32_t)json_array_size(param_find(c, name));
}

static const char *
host_param_item(struct gw_ctx *c, const char *name, uint32_t i)
{
	return json_string_value(json_array_get(param_find(c, name), i));
}

static int64_t
host_now(struct gw_ctx *c)
{
	return json_int(c->input, "now_ms", INT64_MIN);
}

static int64_t
host_anchor(struct gw_ctx *c)
{
	return json_int(c->input, "anchor", INT64_MIN);
}

static int64_t
host_remaining_ms(struct gw_ctx *c)
{
	int64_t left = c->deadline - clock_real_ms();

	return *c->stop || left < 0 ? 0 : left;
}

static int32_t
host_cancelled(struct gw_ctx *c)
{
	return host_remaining_ms(c) == 0;
}

/*--------------------------------------------------------------- sentences */

static void __attribute__((format(printf, 2, 3)))
host_remark(struct gw_ctx *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	result_remark(&c->result, fmt, ap);
	va_end(ap);
}

static void __attribute__((format(printf, 3, 4)))
host_log(struct gw_ctx *c, int32_t level, const char *fmt, ...)
{
	static const char *const names[] = {
		[GW_L_DEBUG] = "debug", [GW_L_INFO] = "info",
		[GW_L_WARNING] = "warning", [GW_L_ERROR] = "error" };
	CLEANUP_TEXT struct text t = { 0 };
	char buf[LOG_MAX];
	va_list ap;
	ssize_t n;

	(void)c;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (level < GW_L_DEBUG || level > GW_L_ERROR)
		level = GW_L_INFO;
	text_addf(&t, "%s: ", names[level]);
	text_add_clean(&t, buf, strnlen(buf, sizeof buf));
	text_add(&t, "\n");
	n = write(STDERR_FILENO, t.s, t.len);
	(void)n;        /* a plugin that closed it has chosen silence */
}

/*------------------------------------------------------------------ checks */

static void
host_value(struct gw_ctx *c, double v)
{
	if (!isfinite(v))
		result_bad(&c->result, "its value is %s, which is no "
		    "measurement", isnan(v) ? "NaN" : "infinite");
	c->result.has_value = true;
	c->result.value = v;
}

static void
host_expected(struct gw_ctx *c, double v)
{
	if (!isfinite(v))
		result_bad(&c->result, "what it expects is %s, which is no "
		    "number to compare with", isnan(v) ? "NaN" : "infinite");
	c->result.has_expected = true;
	c->result.expected = v;
}

static void
host_missing(struct gw_ctx *c, const char *item)
{
	result_list(&c->result, &c->result.missing, item);
}

static void
host_extra(struct gw_ctx *c, const char *item)
{
	result_list(&c->result, &c->result.extra, item);
}

static void
host_evidence(struct gw_ctx *c, const char *key, const char *text)
{
	result_evidence(&c->result, key, text);
}

static void
host_stated(struct gw_ctx *c, int32_t stated)
{
	if (stated < GW_R_PASS || stated > GW_R_FAIL) {
		result_bad(&c->result, "it stated %d, which is none of "
		    "GW_R_PASS, GW_R_WARN and GW_R_FAIL", stated);
		return;
	}
	c->result.has_stated = true;
	c->result.stated = stated;
}

static void
host_set_anchor(struct gw_ctx *c, int64_t instant)
{
	c->result.has_anchor = true;
	c->result.anchor = instant;
}

static void
host_set_kind(struct gw_ctx *c, const char *kind)
{
	result_day_kind(&c->result, kind);
}

/*------------------------------------------------------------------- gates */

static uint32_t
host_inputs(struct gw_ctx *c)
{
	return (uint32_t)json_array_size(json_object_get(c->input, "inputs"));
}

static int32_t
result_code(const char *name)
{
	static const char *const names[] = {
		[GW_R_PASS] = "pass", [GW_R_WARN] = "warn",
		[GW_R_FAIL] = "fail", [GW_R_UNKNOWN] = "unknown",
		[GW_R_SKIP] = "skip", [GW_R_NOT_DUE] = "not_due" };
	int32_t i;

	for (i = 0; i < (int32_t)ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return GW_R_UNKNOWN;
}

static int32_t
host_input(struct gw_ctx *c, uint32_t i, struct gw_input *ret)
{
	const json_t *j = json_array_get(json_object_get(c->input, "inputs"),
	    i);

	if (j == NULL || ret == NULL)
		return -1;
	*ret = (struct gw_input){
		.size = sizeof *ret,
		.result = result_code(json_text(j, "result", "unknown")),
		.name = json_text(j, "name", ""),
		.value = json_num(j, "value", (double)NAN),
		.expected = json_num(j, "expected", (double)NAN),
		.missing = json_int(j, "missing", 0),
		.age_ms = json_int(j, "age_ms", -1),
		.due = json_int(j, "due", INT64_MIN) };
	ret->item = json_text(j, "item", ret->name);
	return 0;
}

static void
host_verdict(struct gw_ctx *c, int32_t verdict)
{
	if (verdict < GW_V_OPEN || verdict > GW_V_BLOCKED) {
		result_bad(&c->result, "its verdict is %d, which is none of "
		    "GW_V_OPEN to GW_V_BLOCKED", verdict);
		return;
	}
	c->result.has_verdict = true;
	c->result.verdict = verdict;
}

static void
host_severity(struct gw_ctx *c, int32_t severity)
{
	if (severity < GW_S_NONE || severity > GW_S_CRITICAL)
		result_bad(&c->result, "its severity is %d, which is none of "
		    "GW_S_NONE to GW_S_CRITICAL", severity);
	else
		c->result.severity = severity;
}

static void __attribute__((format(printf, 2, 3)))
host_reason(struct gw_ctx *c, const char *fmt, ...)
{
	char buf[LOG_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	result_list(&c->result, &c->result.reasons, buf);
}

static void
host_opens_with(struct gw_ctx *c, const char *input)
{
	result_list(&c->result, &c->result.opens_with, input);
}

static void
host_next_change(struct gw_ctx *c, int64_t instant)
{
	c->result.has_next = instant != INT64_MIN;
	c->result.next_change = instant;
}

/*------------------------------------------------- actions and notifiers */

static void
host_failure(struct gw_ctx *c, int32_t f_class, int64_t retry_after_ms)
{
	if (f_class < GW_F_TRANSIENT || f_class > GW_F_CONFIG)
		f_class = GW_F_TRANSIENT;
	c->result.f_class = f_class;
	c->result.retry_after_ms = retry_after_ms;
}

static void
host_receipt(struct gw_ctx *c, const char *text)
{
	result_receipt(&c->result, text);
}

const struct gw_host *
host_vtable(void)
{
	static const struct gw_host vtable = {
		.size = sizeof(struct gw_host), .abi = GW_ABI,
		.text = host_text, .integer = host_integer,
		.number = host_number, .count = host_count,
		.item = host_item, .param = host_param,
		.param_count = host_param_count,
		.param_item = host_param_item, .now = host_now,
		.anchor = host_anchor, .remaining_ms = host_remaining_ms,
		.cancelled = host_cancelled, .remark = host_remark,
		.log = host_log, .value = host_value,
		.expected = host_expected, .missing = host_missing,
		.extra = host_extra, .evidence = host_evidence,
		.stated = host_stated, .set_anchor = host_set_anchor,
		.set_kind = host_set_kind, .inputs = host_inputs,
		.input = host_input, .verdict = host_verdict,
		.severity = host_severity, .reason = host_reason,
		.opens_with = host_opens_with,
		.next_change = host_next_change, .failure = host_failure,
		.receipt = host_receipt };

	return &vtable;
}
