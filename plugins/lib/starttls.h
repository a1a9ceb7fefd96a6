/* SPDX-License-Identifier: BSD-2-Clause
 *
 * starttls.h -- what is said in the clear before TLS begins.
 */
#ifndef PLUGIN_LIB_STARTTLS_H
#define PLUGIN_LIB_STARTTLS_H

#include "lib/net.h"

/* For an option: "none" and the protocols known. */
extern const char *const starttls_names[];

/* After it the next bytes are those of TLS. False with a sentence. */
bool starttls(const struct call *, const struct net_link *,
    const char *protocol, struct buf *why);

#endif
