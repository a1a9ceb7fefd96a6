/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack.h -- a message as Slack's blocks.
 */
#ifndef PLUGIN_LIB_SLACK_H
#define PLUGIN_LIB_SLACK_H

#include <jansson.h>

#include "lib/call.h"

/* The whole message: {"text": for notifications, "blocks": header and text}.
 * Owned. */
json_t *slack_whole(const struct call *);

/* What stands in the channel while an incident lasts: what, since when, why,
 * and how to look. Owned. */
json_t *slack_top(const struct call *);

/* The text alone, for its thread. Owned. */
json_t *slack_details(const struct call *);

/* The class of failure of an error's name, such as "channel_not_found". */
int32_t slack_class(const char *error);

/* It can't be edited, or isn't there any more: another one is posted. */
bool slack_is_gone(const char *error);

#endif
