# Checks.

plugin_LTLIBRARIES += plugins/check/check-sql.la
plugins_check_check_sql_la_SOURCES = plugins/check/sql.c
plugins_check_check_sql_la_CPPFLAGS = $(module_cppflags) $(lib_db_cflags)
plugins_check_check_sql_la_CFLAGS = $(module_cflags)
plugins_check_check_sql_la_LDFLAGS = $(module_ldflags)
plugins_check_check_sql_la_LIBADD = plugins/lib/libdb.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_db_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-sql_coverage.la
plugins_check_check_sql_coverage_la_SOURCES = plugins/check/sql_coverage.c
plugins_check_check_sql_coverage_la_CPPFLAGS = $(module_cppflags) $(lib_db_cflags)
plugins_check_check_sql_coverage_la_CFLAGS = $(module_cflags)
plugins_check_check_sql_coverage_la_LDFLAGS = $(module_ldflags)
plugins_check_check_sql_coverage_la_LIBADD = plugins/lib/libdb.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_db_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-exec.la
plugins_check_check_exec_la_SOURCES = plugins/check/exec.c \
	plugins/lib/measured.c plugins/lib/measured.h plugins/lib/nagios.c \
	plugins/lib/nagios.h
plugins_check_check_exec_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_check_check_exec_la_CFLAGS = $(module_cflags)
plugins_check_check_exec_la_LDFLAGS = $(module_ldflags)
plugins_check_check_exec_la_LIBADD = plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/check/check-http.la
plugins_check_check_http_la_SOURCES = plugins/check/http.c \
	plugins/lib/http_answer.c plugins/lib/http_answer.h plugins/lib/query.c \
	plugins/lib/query.h
plugins_check_check_http_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_check_check_http_la_CFLAGS = $(module_cflags)
plugins_check_check_http_la_LDFLAGS = $(module_ldflags)
plugins_check_check_http_la_LIBADD = plugins/lib/libhttp.la \
	plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) $(JQ_LIBS) -lm

plugin_LTLIBRARIES += plugins/check/check-file.la
plugins_check_check_file_la_SOURCES = plugins/check/file.c
plugins_check_check_file_la_CPPFLAGS = $(module_cppflags)
plugins_check_check_file_la_CFLAGS = $(module_cflags)
plugins_check_check_file_la_LDFLAGS = $(module_ldflags)
plugins_check_check_file_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/check/check-facts.la
plugins_check_check_facts_la_SOURCES = plugins/check/facts.c plugins/lib/csv.c \
	plugins/lib/csv.h
plugins_check_check_facts_la_CPPFLAGS = $(module_cppflags)
plugins_check_check_facts_la_CFLAGS = $(module_cflags)
plugins_check_check_facts_la_LDFLAGS = $(module_ldflags)
plugins_check_check_facts_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/check/check-bigquery_dataset.la
plugins_check_check_bigquery_dataset_la_SOURCES = plugins/check/bigquery_dataset.c
plugins_check_check_bigquery_dataset_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_bigquery_dataset_la_CFLAGS = $(module_cflags)
plugins_check_check_bigquery_dataset_la_LDFLAGS = $(module_ldflags)
plugins_check_check_bigquery_dataset_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-bigquery_table.la
plugins_check_check_bigquery_table_la_SOURCES = plugins/check/bigquery_table.c
plugins_check_check_bigquery_table_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_bigquery_table_la_CFLAGS = $(module_cflags)
plugins_check_check_bigquery_table_la_LDFLAGS = $(module_ldflags)
plugins_check_check_bigquery_table_la_LIBADD = plugins/lib/libgoogle.la \
	plugins/lib/libhttp.la plugins/lib/libchild.la plugins/lib/libplugin.la \
	$(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-heartbeat.la
plugins_check_check_heartbeat_la_SOURCES = plugins/check/heartbeat.c
plugins_check_check_heartbeat_la_CPPFLAGS = $(module_cppflags)
plugins_check_check_heartbeat_la_CFLAGS = $(module_cflags)
plugins_check_check_heartbeat_la_LDFLAGS = $(module_ldflags)
plugins_check_check_heartbeat_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/check/check-service_usage.la
plugins_check_check_service_usage_la_SOURCES = plugins/check/service_usage.c
plugins_check_check_service_usage_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_service_usage_la_CFLAGS = $(module_cflags)
plugins_check_check_service_usage_la_LDFLAGS = $(module_ldflags)
plugins_check_check_service_usage_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-cloud_scheduler.la
plugins_check_check_cloud_scheduler_la_SOURCES = plugins/check/cloud_scheduler.c
plugins_check_check_cloud_scheduler_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_cloud_scheduler_la_CFLAGS = $(module_cflags)
plugins_check_check_cloud_scheduler_la_LDFLAGS = $(module_ldflags)
plugins_check_check_cloud_scheduler_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-cloud_run.la
plugins_check_check_cloud_run_la_SOURCES = plugins/check/cloud_run.c \
	plugins/lib/deployed.c plugins/lib/deployed.h
plugins_check_check_cloud_run_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_cloud_run_la_CFLAGS = $(module_cflags)
plugins_check_check_cloud_run_la_LDFLAGS = $(module_ldflags)
plugins_check_check_cloud_run_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-gcs.la
plugins_check_check_gcs_la_SOURCES = plugins/check/gcs.c plugins/lib/query.c \
	plugins/lib/query.h
plugins_check_check_gcs_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_gcs_la_CFLAGS = $(module_cflags)
plugins_check_check_gcs_la_LDFLAGS = $(module_ldflags)
plugins_check_check_gcs_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) $(JQ_LIBS) -lm

plugin_LTLIBRARIES += plugins/check/check-firestore.la
plugins_check_check_firestore_la_SOURCES = plugins/check/firestore.c \
	plugins/lib/firestore.c plugins/lib/firestore.h
plugins_check_check_firestore_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_firestore_la_CFLAGS = $(module_cflags)
plugins_check_check_firestore_la_LDFLAGS = $(module_ldflags)
plugins_check_check_firestore_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/check/check-tcp.la
plugins_check_check_tcp_la_SOURCES = plugins/check/tcp.c
plugins_check_check_tcp_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS)
plugins_check_check_tcp_la_CFLAGS = $(module_cflags)
plugins_check_check_tcp_la_LDFLAGS = $(module_ldflags)
plugins_check_check_tcp_la_LIBADD = plugins/lib/libnet.la \
	plugins/lib/libplugin.la $(CURL_LIBS) -lm

if HAVE_OPENSSL
plugin_LTLIBRARIES += plugins/check/check-certificate.la
plugins_check_check_certificate_la_SOURCES = plugins/check/certificate.c \
	plugins/lib/certificate.c plugins/lib/certificate.h plugins/lib/starttls.c \
	plugins/lib/starttls.h
plugins_check_check_certificate_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(OPENSSL_CFLAGS)
plugins_check_check_certificate_la_CFLAGS = $(module_cflags)
plugins_check_check_certificate_la_LDFLAGS = $(module_ldflags)
plugins_check_check_certificate_la_LIBADD = plugins/lib/libnet.la \
	plugins/lib/libplugin.la $(CURL_LIBS) -lssl $(OPENSSL_LIBS) -lm
endif

plugin_LTLIBRARIES += plugins/check/check-pubsub.la
plugins_check_check_pubsub_la_SOURCES = plugins/check/pubsub.c \
	plugins/lib/timeseries.c plugins/lib/timeseries.h
plugins_check_check_pubsub_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_check_check_pubsub_la_CFLAGS = $(module_cflags)
plugins_check_check_pubsub_la_LDFLAGS = $(module_ldflags)
plugins_check_check_pubsub_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

if HAVE_CARES
plugin_LTLIBRARIES += plugins/check/check-dns.la
plugins_check_check_dns_la_SOURCES = plugins/check/dns.c plugins/lib/dns.c plugins/lib/dns.h
plugins_check_check_dns_la_CPPFLAGS = $(module_cppflags) $(CARES_CFLAGS)
plugins_check_check_dns_la_CFLAGS = $(module_cflags)
plugins_check_check_dns_la_LDFLAGS = $(module_ldflags)
plugins_check_check_dns_la_LIBADD = plugins/lib/libplugin.la $(CARES_LIBS) -lresolv -lm
endif
