/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dns.h -- one question to a DNS server, and the records of its answer.
 */
#ifndef PLUGIN_LIB_DNS_H
#define PLUGIN_LIB_DNS_H

#include "lib/call.h"
#include "lib/strings.h"

struct dns_question {
	const char *name;       /* whole: no search list is used */
	const char *type;       /* one of dns_types */
	const char *server;     /* "ADDRESS" or "ADDRESS:PORT"; NULL: those
	                           of resolv.conf */
	bool tcp;
};

struct dns_answer {
	char **records;         /* of that type, as text; NULL: none */
	size_t n;
	bool no_name;           /* NXDOMAIN: nothing has that name */
	uint32_t ttl;           /* the shortest of them, in s */
};

/* For an option. */
extern const char *const dns_types[];

/* For `open`. */
bool dns_check_server(const char *server, struct buf *why);
/* A record as an answer's would be written; false with a sentence. */
bool dns_record(const char *type, const char *text, struct buf *ret,
    struct buf *why);

/* False with a sentence: it could not be told. To be freed in any case. */
bool dns_ask(const struct call *, const struct dns_question *,
    struct dns_answer *ret, struct buf *why);
void dns_answer_free(struct dns_answer *);

#define CLEANUP_DNS CLEANUP(dns_answer_free)

#endif
