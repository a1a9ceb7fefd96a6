# What all plugins need; what only some need is named there.
noinst_LTLIBRARIES += plugins/lib/libplugin.la
plugins_lib_libplugin_la_SOURCES = \
	plugins/lib/base64.c plugins/lib/base64.h \
	plugins/lib/buf.c plugins/lib/buf.h \
	plugins/lib/call.c plugins/lib/call.h \
	plugins/lib/escape.c plugins/lib/escape.h \
	plugins/lib/instant.c plugins/lib/instant.h \
	plugins/lib/mail.c plugins/lib/mail.h \
	plugins/lib/mem.h \
	plugins/lib/number.c plugins/lib/number.h \
	plugins/lib/strings.h \
	plugins/lib/template.c plugins/lib/template.h
plugins_lib_libplugin_la_CPPFLAGS = $(module_cppflags)
plugins_lib_libplugin_la_CFLAGS = $(module_cflags)

lib_child = plugins/lib/child.c plugins/lib/child.h
lib_classify = plugins/lib/classify.c plugins/lib/classify.h
lib_message = plugins/lib/message.c plugins/lib/message.h
lib_container = plugins/lib/container.c plugins/lib/container.h
lib_rest = plugins/lib/rest.c plugins/lib/rest.h \
	plugins/lib/follow.c plugins/lib/follow.h \
	plugins/lib/operation.c plugins/lib/operation.h
lib_net = plugins/lib/net.c plugins/lib/net.h
lib_http = plugins/lib/http.c plugins/lib/http.h \
	plugins/lib/http_check.c \
	plugins/lib/http_client.c plugins/lib/http_client.h \
	plugins/lib/http_options.h \
	plugins/lib/template_json.c plugins/lib/template_json.h
# What posts a message: lib_http and lib_message go with it.
lib_post = plugins/lib/post.c plugins/lib/post.h
# What asks a Google API: sources, cflags and libs; lib_http and lib_child go
# with it.
lib_google = plugins/lib/google.c plugins/lib/google.h \
	plugins/lib/google_error.c plugins/lib/google_error.h \
	plugins/lib/google_jwt.c plugins/lib/google_jwt.h \
	plugins/lib/google_token.c plugins/lib/google_token.h
lib_cloud = $(lib_google) $(lib_http) $(lib_child) \
	plugins/lib/cloud.c plugins/lib/cloud.h \
	plugins/lib/wanted.c plugins/lib/wanted.h
if HAVE_OPENSSL
openssl_cflags = -DHAVE_OPENSSL $(OPENSSL_CFLAGS)
endif
lib_google_cflags = $(CURL_CFLAGS) $(JANSSON_CFLAGS) $(openssl_cflags)
lib_google_libs = $(CURL_LIBS) $(JANSSON_LIBS) $(OPENSSL_LIBS)

# Databases; with what asks BigQuery.
lib_db = plugins/lib/db.c plugins/lib/db.h plugins/lib/db_sqlite.c \
	plugins/lib/db_keep.c plugins/lib/db_keep.h \
	plugins/lib/pg_params.c plugins/lib/pg_params.h \
	plugins/lib/db_bigquery.c plugins/lib/bq_cells.c \
	plugins/lib/bq_cells.h plugins/lib/bq_job.c plugins/lib/bq_job.h \
	plugins/lib/bq_params.c plugins/lib/bq_params.h \
	$(lib_google) $(lib_http) $(lib_child)
lib_change = plugins/lib/change.c plugins/lib/change.h \
	plugins/lib/change_sqlite.c
if HAVE_LIBPQ
lib_change += plugins/lib/change_postgresql.c plugins/lib/pg_params.c \
	plugins/lib/pg_params.h
lib_db += plugins/lib/db_postgresql.c
libpq_cflags = -DHAVE_LIBPQ $(LIBPQ_CFLAGS)
endif
if HAVE_ODBC
lib_db += plugins/lib/db_odbc.c plugins/lib/odbc_text.c \
	plugins/lib/odbc_text.h plugins/lib/watch.c plugins/lib/watch.h
odbc_cflags = -DHAVE_ODBC $(ODBC_CFLAGS)
endif
lib_db_cflags = $(SQLITE_CFLAGS) $(libpq_cflags) $(odbc_cflags) \
	$(lib_google_cflags)
lib_db_libs = $(SQLITE_LIBS) $(LIBPQ_LIBS) $(ODBC_LIBS) $(lib_google_libs)
