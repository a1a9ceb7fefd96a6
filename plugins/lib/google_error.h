/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_error.h -- what an answer of a Google API other than success means.
 */
#ifndef PLUGIN_LIB_GOOGLE_ERROR_H
#define PLUGIN_LIB_GOOGLE_ERROR_H

#include <jansson.h>

#include "lib/http.h"

enum google_fault {
	GOOGLE_NONE,
	GOOGLE_NO_TOKEN,        /* no credentials could be had */
	GOOGLE_NO_ANSWER,       /* the request may have arrived */
	GOOGLE_GARBLED,         /* an answer, but not what is documented */
	GOOGLE_UNAUTHORIZED,    /* a fresh token was refused, too */
	GOOGLE_DENIED,
	GOOGLE_API_OFF,         /* the API isn't enabled in the project */
	GOOGLE_NOT_FOUND,
	GOOGLE_EXISTS,
	GOOGLE_TOO_COSTLY,      /* more bytes than may be billed */
	GOOGLE_QUOTA,           /* for long */
	GOOGLE_RATE,            /* for a moment */
	GOOGLE_BUSY,            /* trouble at the far end; may work again */
	GOOGLE_INVALID          /* what was asked can't be answered */
};

enum { GOOGLE_REASON = 64 };

struct google_error {
	enum google_fault fault;
	int32_t failure;        /* GW_F_..., for actions and notifiers */
	long status;            /* of HTTP; 0: there was no answer */
	int64_t retry_after_ms; /* 0: not said */
	bool unsent;            /* no answer, and it can't have arrived */
	char reason[GOOGLE_REASON];     /* theirs: "notFound"; "": not said */
};

/* An answer whose status isn't success. Appends the sentence. */
void google_error_read(const struct http_reply *, struct google_error *ret,
    struct buf *why);

/* The error of a job or an operation: {"reason", "message"} of BigQuery, or
 * {"code", "message"} of an Operation. Appends the sentence. */
void google_error_proto(const json_t *, struct google_error *ret,
    struct buf *why);

/* Name of a canonical code (google.rpc.Code) other than OK, or NULL. */
const char *google_code_name(json_int_t code);

/* One that we found ourselves; the sentence is the caller's. */
void google_error_set(struct google_error *, enum google_fault);

/* Ends a call of an action or notifier with it. */
static inline int32_t
google_failed(const struct call *c, const struct google_error *e,
    const struct buf *why)
{
	return call_failed(c, e->failure, e->retry_after_ms, why);
}

#endif
