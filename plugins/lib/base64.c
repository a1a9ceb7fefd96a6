/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base64.c -- bytes as text (RFC 4648).
 *
 * Two alphabets, which differ in their last two characters and in whether
 * the end is padded: messages have the one, tokens the other. Reading takes
 * both, because who writes a token of his own may take either; it is strict
 * about everything else. Bits that are left over at the end are ignored.
 */
#include "lib/base64.h"

static const char usual[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char of_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_";

static void
add(struct buf *b, const unsigned char *p, size_t len, const char *alphabet,
    bool pad)
{
	char four[4];
	uint32_t bits;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len < 3 ? len : 3;
		bits = (uint32_t)p[0] << 16;
		bits |= n > 1 ? (uint32_t)p[1] << 8 : 0;
		bits |= n > 2 ? p[2] : 0;
		four[0] = alphabet[bits >> 18];
		four[1] = alphabet[bits >> 12 & 63];
		four[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
		four[3] = n > 2 ? alphabet[bits & 63] : '=';
		buf_addn(b, four, pad ? 4 : n + 1);
	}
}

void
base64_add(struct buf *b, const void *p, size_t len)
{
	add(b, p, len, usual, true);
}

void
base64url_add(struct buf *b, const void *p, size_t len)
{
	add(b, p, len, of_urls, false);
}

static int
value_of(char c)
{
	const char *at;

	if (c == '\0')
		return -1;
	at = strchr(usual, c);
	if (at)
		return (int)(at - usual);
	at = strchr(of_urls, c);
	return at ? (int)(at - of_urls) : -1;
}

bool
base64_read(const char *s, size_t len, struct buf *out)
{
	uint32_t bits = 0;
	size_t i, n = 0;
	char byte;
	int v;

	while (len > 0 && n < 2 && s[len - 1] == '=') {
		len--;
		n++;
	}
	if (len % 4 == 1)
		return false;
	for (i = 0, n = 0; i < len; i++) {
		v = value_of(s[i]);
		if (v < 0)
			return false;
		bits = (bits << 6 | (uint32_t)v) & 0xffffff;
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		byte = (char)(bits >> n & 0xff);
		buf_addn(out, &byte, 1);
	}
	return true;
}
