/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_error.c -- what an answer of a Google API other than success means.
 *
 * The reason goes before the status: that a query would bill too many bytes
 * arrives as 500, that a quota is used up as 403 like a missing right, and
 * neither becomes better by asking again. Only where no reason is known does
 * the status decide, and a body may be missing altogether, or be a page of a
 * proxy.
 *
 * Reasons stand in three places: the reason of an ErrorInfo in "details",
 * that of "errors", and the canonical "status"; the first that the table
 * knows wins, in that order. Endpoints for tokens say {"error": "text"}.
 *
 * For a check all of it is "could not tell", with the sentence: there is no
 * fault that stands for zero.
 */
#include "lib/google_error.h"

#include <stdio.h>

enum { MESSAGE_MOST = 300 };

static const struct {
	const char *reason;
	enum google_fault fault;
} reasons[] = {
	{ "accessDenied", GOOGLE_DENIED },
	{ "forbidden", GOOGLE_DENIED },
	{ "insufficientPermissions", GOOGLE_DENIED },
	{ "IAM_PERMISSION_DENIED", GOOGLE_DENIED },
	{ "ACCESS_TOKEN_SCOPE_INSUFFICIENT", GOOGLE_DENIED },
	{ "PERMISSION_DENIED", GOOGLE_DENIED },
	{ "billingNotEnabled", GOOGLE_DENIED },
	{ "BILLING_DISABLED", GOOGLE_DENIED },
	{ "accessNotConfigured", GOOGLE_API_OFF },
	{ "SERVICE_DISABLED", GOOGLE_API_OFF },
	{ "authError", GOOGLE_UNAUTHORIZED },
	{ "required", GOOGLE_UNAUTHORIZED },
	{ "ACCESS_TOKEN_EXPIRED", GOOGLE_UNAUTHORIZED },
	{ "CREDENTIALS_MISSING", GOOGLE_UNAUTHORIZED },
	{ "UNAUTHENTICATED", GOOGLE_UNAUTHORIZED },
	{ "invalid_grant", GOOGLE_UNAUTHORIZED },
	{ "invalid_client", GOOGLE_UNAUTHORIZED },
	{ "unauthorized_client", GOOGLE_UNAUTHORIZED },
	{ "invalid_scope", GOOGLE_UNAUTHORIZED },
	{ "notFound", GOOGLE_NOT_FOUND },
	{ "NOT_FOUND", GOOGLE_NOT_FOUND },
	{ "duplicate", GOOGLE_EXISTS },
	{ "conflict", GOOGLE_EXISTS },
	{ "alreadyExists", GOOGLE_EXISTS },
	{ "ALREADY_EXISTS", GOOGLE_EXISTS },
	{ "bytesBilledLimitExceeded", GOOGLE_TOO_COSTLY },
	{ "quotaExceeded", GOOGLE_QUOTA },
	{ "dailyLimitExceeded", GOOGLE_QUOTA },
	{ "blocked", GOOGLE_QUOTA },
	{ "rateLimitExceeded", GOOGLE_RATE },
	{ "userRateLimitExceeded", GOOGLE_RATE },
	{ "jobRateLimitExceeded", GOOGLE_RATE },
	{ "RATE_LIMIT_EXCEEDED", GOOGLE_RATE },
	{ "RESOURCE_EXHAUSTED", GOOGLE_RATE },
	{ "backendError", GOOGLE_BUSY },
	{ "internalError", GOOGLE_BUSY },
	{ "jobBackendError", GOOGLE_BUSY },
	{ "jobInternalError", GOOGLE_BUSY },
	{ "tableUnavailable", GOOGLE_BUSY },
	{ "timeout", GOOGLE_BUSY },
	{ "INTERNAL", GOOGLE_BUSY },
	{ "UNAVAILABLE", GOOGLE_BUSY },
	{ "ABORTED", GOOGLE_BUSY },
	{ "DEADLINE_EXCEEDED", GOOGLE_BUSY },
	{ "invalid", GOOGLE_INVALID },
	{ "invalidQuery", GOOGLE_INVALID },
	{ "invalidUser", GOOGLE_INVALID },
	{ "badRequest", GOOGLE_INVALID },
	{ "parseError", GOOGLE_INVALID },
	{ "notImplemented", GOOGLE_INVALID },
	{ "resourcesExceeded", GOOGLE_INVALID },
	{ "responseTooLarge", GOOGLE_INVALID },
	{ "resourceInUse", GOOGLE_INVALID },
	{ "stopped", GOOGLE_INVALID },
	{ "INVALID_ARGUMENT", GOOGLE_INVALID },
	{ "FAILED_PRECONDITION", GOOGLE_INVALID },
	{ "OUT_OF_RANGE", GOOGLE_INVALID },
	{ "UNIMPLEMENTED", GOOGLE_INVALID },
};

static const struct {
	int32_t failure;
	const char *words;
} faults[] = {
	[GOOGLE_NONE] = { 0, "no error" },
	[GOOGLE_NO_TOKEN] = { GW_F_CONFIG, "no token" },
	[GOOGLE_NO_ANSWER] = { GW_F_TRANSIENT, "no answer" },
	[GOOGLE_GARBLED] = { GW_F_TRANSIENT, "not understood" },
	[GOOGLE_UNAUTHORIZED] = { GW_F_CONFIG, "credentials refused" },
	[GOOGLE_DENIED] = { GW_F_CONFIG, "access denied" },
	[GOOGLE_API_OFF] = { GW_F_CONFIG, "the API is not enabled" },
	[GOOGLE_NOT_FOUND] = { GW_F_PERMANENT, "not found" },
	[GOOGLE_EXISTS] = { GW_F_PERMANENT, "exists already" },
	[GOOGLE_TOO_COSTLY] = { GW_F_PERMANENT, "over the limit of bytes" },
	[GOOGLE_QUOTA] = { GW_F_NOT_YET, "quota used up" },
	[GOOGLE_RATE] = { GW_F_TRANSIENT, "asked too often" },
	[GOOGLE_BUSY] = { GW_F_TRANSIENT, "trouble at the far end" },
	[GOOGLE_INVALID] = { GW_F_PERMANENT, "refused" },
};

void
google_error_set(struct google_error *e, enum google_fault fault)
{
	e->fault = fault;
	e->failure = faults[fault].failure;
}

static enum google_fault
fault_of(const char *reason)
{
	size_t i;

	for (i = 0; reason && i < ARRAY_SIZE(reasons); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return reasons[i].fault;
	return GOOGLE_NONE;
}

static enum google_fault
fault_of_status(long status)
{
	switch (status) {
	case 401:
		return GOOGLE_UNAUTHORIZED;
	case 403:
		return GOOGLE_DENIED;
	case 404:
	case 410:
		return GOOGLE_NOT_FOUND;
	case 409:
		return GOOGLE_EXISTS;
	case 429:
		return GOOGLE_RATE;
	case 408:
		return GOOGLE_BUSY;
	default:
		return status >= 500 ? GOOGLE_BUSY : GOOGLE_INVALID;
	}
}

const char *
google_code_name(json_int_t code)
{
	static const char *const names[] = { NULL, "CANCELLED", "UNKNOWN",
		"INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
		"ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
		"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
		"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
		"UNAUTHENTICATED" };

	return code > 0 && code < (json_int_t)ARRAY_SIZE(names) ?
	    names[code] : NULL;
}

static const char *
text_of(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

/* The first reason that is known; otherwise the first there is. */
struct found {
	const char *reason;
	enum google_fault fault;
};

static void
consider(struct found *f, const char *reason)
{
	enum google_fault fault = fault_of(reason);

	if (reason == NULL || f->fault != GOOGLE_NONE ||
	    (fault == GOOGLE_NONE && f->reason))
		return;
	f->reason = reason;
	f->fault = fault;
}

/* "1.5s" or "30s". */
static int64_t
delay_of(const char *s)
{
	double v = s ? strtod(s, NULL) : 0;

	return v > 0 && v < 86400 ? (int64_t)(v * 1000) : 0;
}

static void
look(const json_t *error, struct found *f, struct google_error *ret)
{
	const json_t *j;
	size_t i;

	json_array_foreach(json_object_get(error, "details"), i, j) {
		consider(f, text_of(j, "reason"));
		if (ret->retry_after_ms == 0)
			ret->retry_after_ms = delay_of(text_of(j,
			    "retryDelay"));
	}
	json_array_foreach(json_object_get(error, "errors"), i, j)
		consider(f, text_of(j, "reason"));
	consider(f, text_of(error, "reason"));
	consider(f, text_of(error, "status"));
}

static void
say(const struct google_error *e, const char *message, size_t len,
    struct buf *why)
{
	buf_add(why, faults[e->fault].words);
	if (len > 0) {
		buf_add(why, ": ");
		buf_add_line(why, message, len, MESSAGE_MOST);
	}
	buf_add(why, " (");
	if (e->reason[0]) {
		buf_add_line(why, e->reason, strlen(e->reason),
		    GOOGLE_REASON);
		buf_add(why, e->status ? ", " : ")");
	}
	if (e->status)
		buf_addf(why, "status %ld)", e->status);
	else if (!e->reason[0])
		buf_add(why, "no reason given)");
}

static void
conclude(const struct found *f, enum google_fault otherwise,
    struct google_error *ret)
{
	google_error_set(ret, f->fault != GOOGLE_NONE ? f->fault : otherwise);
	(void)snprintf(ret->reason, sizeof ret->reason, "%s",
	    f->reason ? f->reason : "");
}

void
google_error_read(const struct http_reply *r, struct google_error *ret,
    struct buf *why)
{
	json_t *json = json_loadb(buf_str(&r->body), r->body.len, 0, NULL);
	const json_t *error = json_object_get(json_is_array(json) ?
	    json_array_get(json, 0) : json, "error");
	struct found f = { NULL, GOOGLE_NONE };
	const char *message = text_of(error, "message");
	const char *body = buf_str(&r->body);

	*ret = (struct google_error){ .status = r->status,
		.retry_after_ms = r->retry_after_ms };
	if (json_is_string(error)) {
		consider(&f, json_string_value(error));
		message = text_of(json, "error_description");
	} else {
		look(error, &f, ret);
	}
	conclude(&f, fault_of_status(r->status), ret);
	if (message)
		say(ret, message, strlen(message), why);
	else
		say(ret, body, json ? 0 : strcspn(body, "\n"), why);
	json_decref(json);
}

void
google_error_proto(const json_t *error, struct google_error *ret,
    struct buf *why)
{
	struct found f = { NULL, GOOGLE_NONE };
	const char *message = text_of(error, "message");

	*ret = (struct google_error){ 0 };
	look(error, &f, ret);
	consider(&f, google_code_name(json_integer_value(json_object_get(error,
	    "code"))));
	conclude(&f, GOOGLE_INVALID, ret);
	say(ret, message ? message : "", message ? strlen(message) : 0, why);
}
