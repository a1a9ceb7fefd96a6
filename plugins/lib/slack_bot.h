/* SPDX-License-Identifier: BSD-2-Clause
 *
 * slack_bot.h -- a message by a bot: one post per incident.
 */
#ifndef PLUGIN_LIB_SLACK_BOT_H
#define PLUGIN_LIB_SLACK_BOT_H

#include "lib/http.h"

/* For `open`: the options "token", "channel" and "endpoint". */
bool slack_bot_check(const struct gw_host *, struct gw_ctx *,
    struct buf *why);

/* Posts it, or edits what is there. The end of the call. */
int32_t slack_bot_tell(const struct call *, struct http_client *);

#endif
