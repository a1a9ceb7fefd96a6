/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sign.h -- a posted message that its reader can check.
 */
#ifndef PLUGIN_LIB_SIGN_H
#define PLUGIN_LIB_SIGN_H

#include "lib/call.h"

/* For `open`: the key of a secret, "whsec_" and base64, or any text. False
 * with a sentence: none can be made of it, or this was built without
 * OpenSSL. */
bool sign_key(const char *secret, struct buf *key, struct buf *why);

/* "v1,BASE64" of HMAC-SHA256 over "ID.SECONDS.BODY". */
bool sign_message(const struct buf *key, const char *id, int64_t seconds,
    const char *body, size_t len, struct buf *out);

#endif
