/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base64.h -- bytes as text (RFC 4648). Pure.
 */
#ifndef PLUGIN_LIB_BASE64_H
#define PLUGIN_LIB_BASE64_H

#include "lib/buf.h"

/* The usual alphabet, padded. */
void base64_add(struct buf *, const void *, size_t len);
/* The alphabet for URLs, not padded, as tokens have it. */
void base64url_add(struct buf *, const void *, size_t len);

/* Of either alphabet, padded or not. False: something else stands there. */
bool base64_read(const char *, size_t len, struct buf *out);

#endif
