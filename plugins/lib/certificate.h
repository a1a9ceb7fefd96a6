/* SPDX-License-Identifier: BSD-2-Clause
 *
 * certificate.h -- certificates, of a TLS server or from a file.
 */
#ifndef PLUGIN_LIB_CERTIFICATE_H
#define PLUGIN_LIB_CERTIFICATE_H

#include "lib/net.h"

/* One as it was shown, and those above it. Starts as {0}. */
struct certificate {
	void *leaf;             /* X509; NULL: none */
	void *chain;            /* STACK_OF(X509): as far as it is known */
	const char *distrust;   /* why nobody vouches for it, or NULL */
};

void certificate_free(struct certificate *);

#define CLEANUP_CERTIFICATE CLEANUP(certificate_free)

/* What a server on a connection shows, when it is asked for a name. `ca_file`
 * is NULL for the system's authorities. False with a sentence: none. */
bool certificate_ask(const struct call *, const struct net_link *,
    const char *name, const char *ca_file, struct certificate *ret,
    struct buf *why);

/* The first of a PEM file, with those that follow as its chain. */
bool certificate_read(const char *path, struct certificate *ret,
    struct buf *why);

/* Is it one for this name or address? */
bool certificate_is_for(const struct certificate *, const char *name);

/* Seconds until the first of it and its chain ends; negative: has ended. */
int64_t certificate_left(const struct certificate *);
/* Seconds until it begins; not positive: has begun. */
int64_t certificate_begins(const struct certificate *);

/* For evidence: "subject", "issuer", "names", "not_after", "sha256". */
void certificate_tell(const struct certificate *, void (*)(void *arg,
    const char *key, const char *text), void *arg);

#endif
