/* SPDX-License-Identifier: BSD-2-Clause
 *
 * escape.h -- text of any origin as data, wherever it lands. Pure.
 */
#ifndef PLUGIN_LIB_ESCAPE_H
#define PLUGIN_LIB_ESCAPE_H

#include "lib/buf.h"

/* For a string of JSON, without its quotes. What isn't UTF-8 becomes
 * U+FFFD. */
void escape_json(struct buf *, const char *);

/* For HTML, in an element or a quoted attribute; control characters but
 * newlines become U+FFFD, as does what isn't UTF-8. */
void escape_html(struct buf *, const char *);

/* For Slack: nothing becomes a mention or a link, and no fence ends. Stops
 * before the buffer has more than `most` bytes; returns how many bytes of the
 * text were used. */
size_t escape_slack(struct buf *, const char *, size_t len, size_t most);

#endif
