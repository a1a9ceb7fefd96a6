/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_options.h -- options that plugins which speak HTTP have in common.
 *
 * Entries of an option table, so that a name means the same everywhere.
 */
#ifndef PLUGIN_LIB_HTTP_OPTIONS_H
#define PLUGIN_LIB_HTTP_OPTIONS_H

#include <gatewarden/plugin.h>

extern const struct gw_option http_secret_header[];
extern const char *const http_tls_versions[];

#define HTTP_HEADER_OPTIONS \
	{ .name = "headers", .type = GW_T_LIST, \
	  .help = "further headers, \"Name: value\" each" }, \
	{ .name = "secret_headers", .type = GW_T_GROUPS, \
	  .members = http_secret_header, \
	  .help = "further headers whose values are secrets, as groups of " \
	      "name and value" }, \
	{ .name = "authorization", .type = GW_T_SECRET, \
	  .help = "the value of the Authorization header" }

/* The names of servers are always checked, and so are their certificates. */
#define HTTP_TLS_OPTIONS \
	{ .name = "ca_file", .type = GW_T_STRING, \
	  .help = "a PEM file of certificates to trust in place of the " \
	      "system's" }, \
	{ .name = "client_certificate", .type = GW_T_STRING, \
	  .help = "a PEM file with the certificate to show to the server, " \
	      "and those between it and its root" }, \
	{ .name = "client_key", .type = GW_T_SECRET, \
	  .help = "the key of client_certificate: the text of a PEM file, " \
	      "without a password" }, \
	{ .name = "tls_min", .type = GW_T_ENUM, \
	  .choices = http_tls_versions, .fallback = "\"1.2\"", \
	  .help = "the lowest version of TLS to accept" }, \
	{ .name = "proxy", .type = GW_T_STRING, \
	  .help = "a proxy to go through, \"http://HOST:PORT\"; what the " \
	      "environment says of proxies is not looked at" }

#endif
