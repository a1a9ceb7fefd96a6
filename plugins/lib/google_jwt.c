/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_jwt.c -- the key of a service account, and what it signs.
 *
 * The key is a JSON document with an RSA key as PEM inside. An assertion is
 * a JWT signed with RS256 (RFC 7523): who we are, for whom it is (the token
 * endpoint that the key itself names), and that it is valid for an hour,
 * which is the most that is accepted.
 *
 * Keys of another type (a person's login, a federated identity) are refused
 * by name. Where this build has no OpenSSL all are, with what to do instead.
 * No sentence repeats anything of the document.
 */
#include "lib/google_jwt.h"

#ifdef HAVE_OPENSSL

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "lib/base64.h"

enum { VALID_S = 3600 };

#define TOKEN_URI "https://oauth2.googleapis.com/token"

struct google_key {
	json_t *json;           /* owns the strings */
	const char *email, *id, *token_uri, *project;
	EVP_PKEY *rsa;
};

/* A key with a passphrase is not what the console makes, and there is nobody
 * to ask. */
static int
no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static EVP_PKEY *
read_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL,
	    no_passphrase, NULL) : NULL;

	(void)BIO_free(bio);
	ERR_clear_error();
	return key;
}

static bool
read_key(struct google_key *k, const char *json, struct buf *why)
{
	const char *type, *pem;

	k->json = json_loads(json, 0, NULL);
	type = json_string_value(json_object_get(k->json, "type"));
	if (!json_is_object(k->json) || type == NULL) {
		buf_add(why, "credentials: not the JSON document of a "
		    "service account's key");
		return false;
	}
	if (strcmp(type, "service_account") != 0) {
		buf_add(why, "credentials: expected the key of a "
		    "service_account, found one of type ");
		buf_add_line(why, type, strlen(type), 40);
		buf_add(why, "; token_command may get a token with it");
		return false;
	}
	k->email = json_string_value(json_object_get(k->json,
	    "client_email"));
	k->id = json_string_value(json_object_get(k->json, "private_key_id"));
	k->project = json_string_value(json_object_get(k->json,
	    "project_id"));
	k->token_uri = json_string_value(json_object_get(k->json,
	    "token_uri"));
	if (k->token_uri == NULL)
		k->token_uri = TOKEN_URI;
	pem = json_string_value(json_object_get(k->json, "private_key"));
	k->rsa = k->email && pem ? read_pem(pem) : NULL;
	if (k->rsa && EVP_PKEY_get_base_id(k->rsa) == EVP_PKEY_RSA)
		return true;
	buf_add(why, "credentials: the document has no client_email with an "
	    "RSA private_key");
	return false;
}

struct google_key *
google_key_new(const char *json, struct buf *why)
{
	struct google_key *k = mem_new(1, sizeof *k);

	if (read_key(k, json, why))
		return k;
	google_key_free(k);
	return NULL;
}

void
google_key_free(struct google_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->rsa);
	json_decref(k->json);
	free(k);
}

const char *
google_key_token_uri(const struct google_key *k)
{
	return k->token_uri;
}

const char *
google_key_project(const struct google_key *k)
{
	return k->project;
}

/* Appends a part of an assertion; consumes the JSON. */
static void
add_part(struct buf *b, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text == NULL)
		abort();
	base64url_add(b, text, strlen(text));
	free(text);
	json_decref(json);
}

static bool
add_signature(struct buf *b, EVP_PKEY *rsa)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	const unsigned char *text = (const unsigned char *)b->s;
	unsigned char *s = NULL;
	size_t len = 0;
	bool ok = md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL,
	    rsa) == 1 && EVP_DigestSign(md, NULL, &len, text, b->len) == 1;

	if (ok) {
		s = mem_new(len, 1);
		ok = EVP_DigestSign(md, s, &len, text, b->len) == 1;
	}
	if (ok) {
		buf_add(b, ".");
		base64url_add(b, s, len);
	}
	free(s);
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	return ok;
}

bool
google_key_assert(const struct google_key *k, const char *claim,
    const char *value, int64_t now, struct buf *out, struct buf *why)
{
	json_t *head = json_pack("{s:s, s:s, s:s*}", "alg", "RS256", "typ",
	    "JWT", "kid", k->id);
	json_t *claims = json_pack("{s:s, s:s, s:I, s:I, s:s}", "iss",
	    k->email, "aud", k->token_uri, "iat", (json_int_t)now, "exp",
	    (json_int_t)(now + VALID_S), claim, value);
	struct buf b CLEANUP_BUF = { 0 };

	add_part(&b, head);
	buf_add(&b, ".");
	add_part(&b, claims);
	if (add_signature(&b, k->rsa)) {
		buf_add(out, buf_str(&b));
		return true;
	}
	buf_add(why, "credentials: their key can't sign");
	return false;
}

#else

struct google_key *
google_key_new(const char *json, struct buf *why)
{
	(void)json;
	buf_add(why, "credentials: this build has no OpenSSL, which the key "
	    "of a service account needs; use the metadata server or "
	    "token_command");
	return NULL;
}

void
google_key_free(struct google_key *k)
{
	(void)k;
}

const char *
google_key_token_uri(const struct google_key *k)
{
	(void)k;
	return "";
}

const char *
google_key_project(const struct google_key *k)
{
	(void)k;
	return NULL;
}

bool
google_key_assert(const struct google_key *k, const char *claim,
    const char *value, int64_t now, struct buf *out, struct buf *why)
{
	(void)k;
	(void)claim;
	(void)value;
	(void)now;
	(void)out;
	buf_add(why, "credentials: this build has no OpenSSL");
	return false;
}

#endif
