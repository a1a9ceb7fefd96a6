/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_client.h -- what an instance keeps: for http.c alone.
 */
#ifndef PLUGIN_LIB_HTTP_CLIENT_H
#define PLUGIN_LIB_HTTP_CLIENT_H

#include <curl/curl.h>

#include "lib/http.h"

struct http_client {
	CURL *curl;             /* borrowed; with its connections */
	const char *proxy;      /* "": none */
	long version;           /* of TLS, at least */
	char *ca_file;          /* these three are NULL where not set */
	char *certificate;
	char *key;              /* PEM; wiped when freed */
	char *proxy_text;
};

/* Puts the client's options on its handle. */
void http_client_apply(struct http_client *);

#endif
