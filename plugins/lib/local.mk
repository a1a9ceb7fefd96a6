# What all plugins need; what some need is a library of its own, so that it
# is compiled once. What only one needs is named there.
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

if HAVE_OPENSSL
openssl_cflags = -DHAVE_OPENSSL $(OPENSSL_CFLAGS)
endif
if HAVE_LIBPQ
libpq_cflags = -DHAVE_LIBPQ $(LIBPQ_CFLAGS)
endif
if HAVE_ODBC
odbc_cflags = -DHAVE_ODBC $(ODBC_CFLAGS)
endif

noinst_LTLIBRARIES += plugins/lib/libchild.la
plugins_lib_libchild_la_SOURCES = \
	plugins/lib/child.c plugins/lib/child.h
plugins_lib_libchild_la_CPPFLAGS = $(module_cppflags)
plugins_lib_libchild_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libclassify.la
plugins_lib_libclassify_la_SOURCES = \
	plugins/lib/classify.c plugins/lib/classify.h
plugins_lib_libclassify_la_CPPFLAGS = $(module_cppflags)
plugins_lib_libclassify_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libcontainer.la
plugins_lib_libcontainer_la_SOURCES = \
	plugins/lib/container.c plugins/lib/container.h
plugins_lib_libcontainer_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_lib_libcontainer_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libnet.la
plugins_lib_libnet_la_SOURCES = \
	plugins/lib/net.c plugins/lib/net.h
plugins_lib_libnet_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS)
plugins_lib_libnet_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libhttp.la
plugins_lib_libhttp_la_SOURCES = \
	plugins/lib/http.c plugins/lib/http.h \
	plugins/lib/http_check.c \
	plugins/lib/http_client.c plugins/lib/http_client.h \
	plugins/lib/http_options.h \
	plugins/lib/template_json.c plugins/lib/template_json.h
plugins_lib_libhttp_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_lib_libhttp_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/librest.la
plugins_lib_librest_la_SOURCES = \
	plugins/lib/rest.c plugins/lib/rest.h \
	plugins/lib/follow.c plugins/lib/follow.h \
	plugins/lib/operation.c plugins/lib/operation.h
plugins_lib_librest_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_lib_librest_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libmessage.la
plugins_lib_libmessage_la_SOURCES = \
	plugins/lib/message.c plugins/lib/message.h
plugins_lib_libmessage_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_lib_libmessage_la_CFLAGS = $(module_cflags)

# What posts a message: libhttp and libmessage go with it.
noinst_LTLIBRARIES += plugins/lib/libpost.la
plugins_lib_libpost_la_SOURCES = \
	plugins/lib/post.c plugins/lib/post.h
plugins_lib_libpost_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_lib_libpost_la_CFLAGS = $(module_cflags)

# What asks a Google API: libhttp and libchild go with it.
lib_google_cflags = $(CURL_CFLAGS) $(JANSSON_CFLAGS) $(openssl_cflags)
lib_google_libs = $(CURL_LIBS) $(JANSSON_LIBS) $(OPENSSL_LIBS)
noinst_LTLIBRARIES += plugins/lib/libgoogle.la
plugins_lib_libgoogle_la_SOURCES = \
	plugins/lib/google.c plugins/lib/google.h \
	plugins/lib/google_error.c plugins/lib/google_error.h \
	plugins/lib/google_jwt.c plugins/lib/google_jwt.h \
	plugins/lib/google_token.c plugins/lib/google_token.h
plugins_lib_libgoogle_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_lib_libgoogle_la_CFLAGS = $(module_cflags)

noinst_LTLIBRARIES += plugins/lib/libcloud.la
plugins_lib_libcloud_la_SOURCES = \
	plugins/lib/cloud.c plugins/lib/cloud.h \
	plugins/lib/wanted.c plugins/lib/wanted.h
plugins_lib_libcloud_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_lib_libcloud_la_CFLAGS = $(module_cflags)

# Databases: libgoogle and what goes with that go with it.
lib_db_cflags = $(SQLITE_CFLAGS) $(libpq_cflags) $(odbc_cflags) \
	$(lib_google_cflags)
lib_db_libs = $(SQLITE_LIBS) $(LIBPQ_LIBS) $(ODBC_LIBS) $(lib_google_libs)
noinst_LTLIBRARIES += plugins/lib/libdb.la
plugins_lib_libdb_la_SOURCES = \
	plugins/lib/db.c plugins/lib/db.h plugins/lib/db_sqlite.c \
	plugins/lib/db_keep.c plugins/lib/db_keep.h \
	plugins/lib/pg_params.c plugins/lib/pg_params.h \
	plugins/lib/db_bigquery.c \
	plugins/lib/bq_cells.c plugins/lib/bq_cells.h \
	plugins/lib/bq_job.c plugins/lib/bq_job.h \
	plugins/lib/bq_params.c plugins/lib/bq_params.h
plugins_lib_libdb_la_CPPFLAGS = $(module_cppflags) $(lib_db_cflags)
plugins_lib_libdb_la_CFLAGS = $(module_cflags)
if HAVE_LIBPQ
plugins_lib_libdb_la_SOURCES += plugins/lib/db_postgresql.c
endif
if HAVE_ODBC
plugins_lib_libdb_la_SOURCES += plugins/lib/db_odbc.c \
	plugins/lib/odbc_text.c plugins/lib/odbc_text.h \
	plugins/lib/watch.c plugins/lib/watch.h
endif

noinst_LTLIBRARIES += plugins/lib/libchange.la
plugins_lib_libchange_la_SOURCES = \
	plugins/lib/change.c plugins/lib/change.h \
	plugins/lib/change_sqlite.c
plugins_lib_libchange_la_CPPFLAGS = $(module_cppflags) $(SQLITE_CFLAGS) $(libpq_cflags) $(JANSSON_CFLAGS)
plugins_lib_libchange_la_CFLAGS = $(module_cflags)
if HAVE_LIBPQ
plugins_lib_libchange_la_SOURCES += plugins/lib/change_postgresql.c \
	plugins/lib/pg_params.c plugins/lib/pg_params.h
endif
