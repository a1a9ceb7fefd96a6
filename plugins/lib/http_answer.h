/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_answer.h -- what an HTTP answer measures.
 */
#ifndef PLUGIN_LIB_HTTP_ANSWER_H
#define PLUGIN_LIB_HTTP_ANSWER_H

#include <regex.h>

#include "lib/http.h"
#include "lib/query.h"

/* NULL: not asked for. */
struct http_answer {
	struct query *value, *expected, *missing;
	regex_t *content;
};

/* For `open`: the options status, absent_status, content, measure and those
 * that end in _jq. False with a sentence. To be freed in any case. */
bool http_answer_open(struct http_answer *ret, const struct gw_host *,
    struct gw_ctx *, struct buf *why);
void http_answer_close(struct http_answer *);

/* Tells the host; returns what the call returns. */
int32_t http_answer_measure(const struct call *, const struct http_answer *,
    const struct http_reply *);

#endif
