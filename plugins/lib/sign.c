/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sign.c -- a posted message that its reader can check.
 *
 * The header fields of Standard Webhooks: the signature covers the message's
 * id, the time of the try and the body, so that nothing can be changed, and
 * nothing played again later than the reader allows. The id is the same for
 * all tries, the time is not.
 *
 * Keys are wiped by whoever holds them. Without OpenSSL a secret is refused,
 * not ignored.
 */
#include "lib/sign.h"

#include "lib/base64.h"

enum { KEY_LEAST = 16 };

#ifdef HAVE_OPENSSL
#include <openssl/evp.h>
#include <openssl/hmac.h>

bool
sign_message(const struct buf *key, const char *id, int64_t seconds,
    const char *body, size_t len, struct buf *out)
{
	struct buf b CLEANUP_BUF = { 0 };
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	buf_addf(&b, "%s.%lld.", id, (long long)seconds);
	buf_addn(&b, body, len);
	if (HMAC(EVP_sha256(), key->s, (int)key->len,
	    (const unsigned char *)b.s, b.len, mac, &n) == NULL)
		return false;
	buf_add(out, "v1,");
	base64_add(out, mac, n);
	return true;
}

static bool
can_sign(struct buf *why)
{
	(void)why;
	return true;
}
#else
bool
sign_message(const struct buf *key, const char *id, int64_t seconds,
    const char *body, size_t len, struct buf *out)
{
	(void)key;
	(void)id;
	(void)seconds;
	(void)body;
	(void)len;
	(void)out;
	return false;
}

static bool
can_sign(struct buf *why)
{
	buf_add(why, "secret: this was built without OpenSSL, and can't "
	    "sign");
	return false;
}
#endif

bool
sign_key(const char *secret, struct buf *key, struct buf *why)
{
	static const char prefix[] = "whsec_";
	size_t n = sizeof prefix - 1, len = strlen(secret);

	if (!can_sign(why))
		return false;
	while (len > 0 && strchr(" \t\r\n", secret[len - 1]))
		len--;
	if (strncmp(secret, prefix, n) != 0)
		buf_addn(key, secret, len);
	else if (!base64_read(secret + n, len - n, key)) {
		buf_add(why, "secret: after \"whsec_\", base64 is expected");
		return false;
	}
	if (key->len >= KEY_LEAST)
		return true;
	buf_addf(why, "secret: at least %d bytes are expected", KEY_LEAST);
	return false;
}
