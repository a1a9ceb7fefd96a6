/* SPDX-License-Identifier: BSD-2-Clause
 *
 * query.h -- a number or a list from a JSON document, by a jq expression.
 */
#ifndef PLUGIN_LIB_QUERY_H
#define PLUGIN_LIB_QUERY_H

#include <gatewarden/plugin.h>

#include "lib/buf.h"

struct query;

/* Returns owned, or NULL with a sentence; `what` begins it. */
struct query *query_new(const char *what, const char *program,
    struct buf *why);
/* The same of an option; true also where it isn't set. */
bool query_option(struct query **ret, const struct gw_host *,
    struct gw_ctx *, const char *option, struct buf *why);
/* NULL is fine. */
void query_free(struct query *);

/* False with a sentence: not JSON, not exactly one result, no number. */
bool query_number(const struct query *, const char *json, size_t len,
    double *ret, struct buf *why);

/* Calls item for each text or number of the one result, a list; item has to
 * copy. False with a sentence: not JSON, no list, something else in it; then
 * nothing has been called. */
bool query_list(const struct query *, const char *json, size_t len,
    void (*item)(void *arg, const char *), void *arg, struct buf *why);

#endif
