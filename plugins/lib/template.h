/* SPDX-License-Identifier: BSD-2-Clause
 *
 * template.h -- {date} and its like in texts of the configuration.
 *
 * Known: {date} {now} {pipeline} {instance}; for actions {phase} {operation}
 * {attempt} {missing} {failing}, of which the last two are lists; for
 * notifiers {id} {kind} {severity} {incident} {title} {text} {why} {tried}
 * {held} {deadline} {fix} {runbook} {look} {quiet} {since}. `{{` is a brace;
 * braces around anything but lower-case letters stay as they are.
 */
#ifndef PLUGIN_LIB_TEMPLATE_H
#define PLUGIN_LIB_TEMPLATE_H

#include "lib/call.h"

enum template_form {
	TEMPLATE_RAW,           /* for an argv element, a path, a JSON value */
	TEMPLATE_URL,           /* each value percent-encoded */
	TEMPLATE_JSON,          /* between the quotes of a string of JSON */
	TEMPLATE_SLACK,         /* Slack's mrkdwn: no mentions, no links */
	TEMPLATE_HTML,          /* text of an element or a quoted attribute */
	TEMPLATE_HEADER         /* the value of a mail's header */
};

/* For `open`: are all placeholders known to this kind (GW_CHECK, GW_ACTION,
 * GW_NOTIFIER)? `what` begins the sentence: "argv[2]", counted from 1. */
bool template_check(uint32_t kind, const char *what, const char *text,
    struct buf *why);

/* For `open`: the same of the option "argv", a program and its words. */
bool template_check_argv(uint32_t kind, const struct gw_host *,
    struct gw_ctx *, struct buf *why);

/* Is it exactly {missing} or {failing}? Returns the parameter's name. */
const char *template_list(const char *text);

/* Appends the text with its values; a list is joined by commas. False: a
 * value isn't there in this call. What a message doesn't have is empty
 * instead: it is to be told all the same. */
bool template_expand(const struct call *, const char *text,
    enum template_form, struct buf *out, struct buf *why);

/* Appends one value, escaped for its place. */
void template_add(struct buf *, enum template_form, const char *);

/* Percent-encodes all but the unreserved characters (RFC 3986). */
void template_add_encoded(struct buf *, const char *);

#endif
