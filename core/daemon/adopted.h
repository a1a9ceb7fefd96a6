/* SPDX-License-Identifier: BSD-2-Clause
 *
 * adopted.h -- what a first meeting found, in words.
 */
#ifndef DAEMON_ADOPTED_H
#define DAEMON_ADOPTED_H

#include "base/text.h"
#include "daemon/view.h"

/* Lines, without a newline at the end, about the pipeline's last meeting:
 * its dates when it was new itself, else its new parts. */
void adopted_words(const struct view *, int32_t pipeline, struct text *);

#endif
