/* SPDX-License-Identifier: BSD-2-Clause
 *
 * result.h -- what a call has told so far, bounded to fit a packet.
 */
#ifndef HOST_RESULT_H
#define HOST_RESULT_H

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of which only as much is kept as there is room for. */
struct told {
	json_t *items;          /* owned; NULL: none told */
	int64_t count;          /* exact */
};

struct result {
	size_t room;            /* bytes of text that still fit */
	char *remark;           /* owned; the last one told */
	char *bad;              /* owned: why the result can't be used */

	bool has_value, has_expected, has_stated, has_anchor;
	double value, expected;
	int32_t stated;
	int64_t anchor;
	char *day_kind;         /* owned */
	struct told missing, extra;
	json_t *evidence;       /* owned */

	bool has_verdict, has_next;
	int32_t verdict, severity;
	int64_t next_change;
	struct told reasons, opens_with;

	int32_t f_class;
	int64_t retry_after_ms;
	char *receipt;          /* owned; the last one told */
};

void result_start(struct result *);
void result_free(struct result *);

/* Each copies, cleans and bounds what it is given. */
void result_remark(struct result *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));
void result_list(struct result *, struct told *, const char *item);
void result_evidence(struct result *, const char *key, const char *text);
void result_day_kind(struct result *, const char *);
/* One that is too long to come back whole isn't kept. */
void result_receipt(struct result *, const char *);
/* A sentence on what makes it unusable; the first one stays. */
void result_bad(struct result *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The result of a call that returned `code`, as pool.h has it; owned. Always
 * fits a packet. */
json_t *result_json(struct result *, uint32_t kind, int32_t code);

#endif
