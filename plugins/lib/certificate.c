/* SPDX-License-Identifier: BSD-2-Clause
 *
 * certificate.c -- certificates, of a TLS server or from a file.
 *
 * A certificate is wanted whatever is wrong with it, so verification never
 * ends the handshake: what it found is kept beside the certificate. Trust is
 * looked at without the clock, so that "expired" and "nobody vouches for it"
 * are two findings. A server that breaks off later, because it wants to see
 * one of ours, has shown its own by then.
 *
 * Times are those of the machine: certificates know no other clock.
 */
#include "lib/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>

void
certificate_free(struct certificate *c)
{
	X509_free(c->leaf);
	sk_X509_pop_free(c->chain, X509_free);
	*c = (struct certificate){ 0 };
}

static void
add_error(struct buf *why)
{
	unsigned long e = ERR_get_error();
	char text[200];

	ERR_error_string_n(e, text, sizeof text);
	buf_add(why, e == 0 ? "the connection was closed" :
	    ERR_reason_error_string(e) ? ERR_reason_error_string(e) : text);
	ERR_clear_error();
}

/*----------------------------------------------------------------- a server */

static int
keep(X509_STORE_CTX *store, void *arg)
{
	struct certificate *c = arg;
	int error = X509_verify_cert(store) == 1 ? X509_V_OK :
	    X509_STORE_CTX_get_error(store);

	certificate_free(c);
	c->leaf = X509_STORE_CTX_get0_cert(store);
	if (c->leaf)
		(void)X509_up_ref(c->leaf);
	if (error == X509_V_OK)
		c->chain = X509_STORE_CTX_get1_chain(store);
	else
		c->distrust = X509_verify_cert_error_string(error);
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static SSL_CTX *
new_context(const char *ca_file, struct certificate *c, struct buf *why)
{
	SSL_CTX *x = SSL_CTX_new(TLS_client_method());
	int ok;

	if (x == NULL)
		abort();
	SSL_CTX_set_verify(x, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(x, keep, c);
	(void)X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(x),
	    X509_V_FLAG_NO_CHECK_TIME);
	ok = ca_file ? SSL_CTX_load_verify_file(x, ca_file) :
	    SSL_CTX_set_default_verify_paths(x);
	if (ok == 1)
		return x;
	buf_addf(why, "ca_file: %s: ", ca_file ? ca_file : "the system's");
	add_error(why);
	SSL_CTX_free(x);
	return NULL;
}

static bool
is_address(const char *name)
{
	ASN1_OCTET_STRING *a = a2i_IPADDRESS(name);

	ASN1_OCTET_STRING_free(a);
	ERR_clear_error();
	return a != NULL;
}

static bool
shake_hands(const struct call *c, const struct net_link *l, SSL *s,
    struct buf *why)
{
	int r, e;

	for (;;) {
		ERR_clear_error();
		r = SSL_connect(s);
		if (r == 1)
			return true;
		e = SSL_get_error(s, r);
		if (e != SSL_ERROR_WANT_READ && e != SSL_ERROR_WANT_WRITE)
			break;
		if (!net_wait(c, l, e == SSL_ERROR_WANT_READ ? POLLIN :
		    POLLOUT, why))
			return false;
	}
	add_error(why);
	return false;
}

bool
certificate_ask(const struct call *c, const struct net_link *l,
    const char *name, const char *ca_file, struct certificate *ret,
    struct buf *why)
{
	struct buf error CLEANUP_BUF = { 0 };
	SSL_CTX *x;
	SSL *s;

	*ret = (struct certificate){ 0 };
	x = new_context(ca_file, ret, why);
	if (x == NULL)
		return false;
	s = SSL_new(x);
	if (s == NULL || SSL_set_fd(s, l->fd) != 1)
		abort();
	if (!is_address(name))
		(void)SSL_set_tlsext_host_name(s, name);
	if (!shake_hands(c, l, s, &error) && ret->leaf == NULL)
		buf_addf(why, "no TLS: %s", buf_str(&error));
	SSL_free(s);
	SSL_CTX_free(x);
	return ret->leaf != NULL;
}

/*------------------------------------------------------------------- a file */

bool
certificate_read(const char *path, struct certificate *ret, struct buf *why)
{
	FILE *f = fopen(path, "re");
	bool whole;
	X509 *x;

	*ret = (struct certificate){ 0 };
	if (f == NULL) {
		buf_addf(why, "%s: %s", path, strerror(errno));
		return false;
	}
	ret->chain = sk_X509_new_null();
	while ((x = PEM_read_X509(f, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_push(ret->chain, x) <= 0)
			abort();
		if (ret->leaf == NULL && X509_up_ref(x) == 1)
			ret->leaf = x;
	}
	(void)fclose(f);
	/* the end of the file is an error, too, and has this name */
	whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	if (ret->leaf == NULL || !whole) {
		buf_addf(why, "%s: %s: ", path, ret->leaf ?
		    "a certificate can't be read" :
		    "no certificate in PEM");
		add_error(why);
	}
	ERR_clear_error();
	return ret->leaf != NULL && whole;
}

/*--------------------------------------------------------------- looking at */

bool
certificate_is_for(const struct certificate *c, const char *name)
{
	return is_address(name) ? X509_check_ip_asc(c->leaf, name, 0) == 1 :
	    X509_check_host(c->leaf, name, strlen(name),
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static int64_t
seconds_until(const ASN1_TIME *t)
{
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, NULL, t) != 1)
		return INT64_MIN;       /* no time: never valid */
	return (int64_t)days * 86400 + seconds;
}

int64_t
certificate_left(const struct certificate *c)
{
	int64_t left = seconds_until(X509_get0_notAfter(c->leaf)), x;
	int n = sk_X509_num(c->chain), i;

	for (i = 0; i < n; i++) {
		x = seconds_until(X509_get0_notAfter(sk_X509_value(c->chain,
		    i)));
		if (x < left)
			left = x;
	}
	return left;
}

int64_t
certificate_begins(const struct certificate *c)
{
	int64_t x = seconds_until(X509_get0_notBefore(c->leaf));

	return x == INT64_MIN ? INT64_MAX : x;
}

/* What is written into memory, as text; BIO is freed. */
static void
tell_bio(BIO *b, const char *key, void (*tell)(void *arg, const char *key,
    const char *text), void *arg)
{
	struct buf line CLEANUP_BUF = { 0 };
	char *s = NULL;
	long len = BIO_get_mem_data(b, &s);

	if (len > 0)
		buf_add_line(&line, s, (size_t)len, 500);
	if (line.len > 0)
		tell(arg, key, line.s);
	BIO_free(b);
}

static BIO *
memory(void)
{
	BIO *b = BIO_new(BIO_s_mem());

	if (b == NULL)
		abort();
	return b;
}

static void
print_names(BIO *b, X509 *leaf)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name,
	    NULL, NULL);
	int n = sk_GENERAL_NAME_num(names), i;

	for (i = 0; i < n; i++) {
		(void)BIO_puts(b, i > 0 ? ", " : "");
		(void)GENERAL_NAME_print(b, sk_GENERAL_NAME_value(names, i));
	}
	GENERAL_NAMES_free(names);
}

void
certificate_tell(const struct certificate *c, void (*tell)(void *arg,
    const char *key, const char *text), void *arg)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0, i;
	BIO *b = memory();

	(void)X509_NAME_print_ex(b, X509_get_subject_name(c->leaf), 0,
	    XN_FLAG_RFC2253);
	tell_bio(b, "subject", tell, arg);
	b = memory();
	(void)X509_NAME_print_ex(b, X509_get_issuer_name(c->leaf), 0,
	    XN_FLAG_RFC2253);
	tell_bio(b, "issuer", tell, arg);
	b = memory();
	print_names(b, c->leaf);
	tell_bio(b, "names", tell, arg);
	b = memory();
	(void)ASN1_TIME_print_ex(b, X509_get0_notAfter(c->leaf),
	    ASN1_DTFLGS_ISO8601);
	tell_bio(b, "not_after", tell, arg);
	b = memory();
	if (X509_digest(c->leaf, EVP_sha256(), digest, &len) == 1)
		for (i = 0; i < len; i++)
			(void)BIO_printf(b, "%02x", digest[i]);
	tell_bio(b, "sha256", tell, arg);
}
