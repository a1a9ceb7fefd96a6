# Plugins, in the real host and, where they are pure, by themselves.
if HAVE_CMOCKA
check_PROGRAMS += tests/plugin/test-gates tests/plugin/test-plugin-lib \
	tests/plugin/test-reconcile
TESTS += tests/plugin/test-gates tests/plugin/test-plugin-lib \
	tests/plugin/test-reconcile
endif
tests_plugin_test_gates_SOURCES = tests/plugin/test-gates.c \
	tests/plugin/fake-host.c tests/plugin/fake-host.h
tests_plugin_test_gates_CPPFLAGS = $(module_cppflags)
tests_plugin_test_gates_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_plugin_test_gates_LDADD = plugins/gate/libgates.a $(CMOCKA_LIBS) -lm

tests_plugin_test_reconcile_SOURCES = tests/plugin/test-reconcile.c \
	tests/plugin/fake-host.c tests/plugin/fake-host.h
tests_plugin_test_reconcile_CPPFLAGS = $(module_cppflags)
tests_plugin_test_reconcile_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_plugin_test_reconcile_LDADD = plugins/gate/libgates.a $(CMOCKA_LIBS) -lm

tests_plugin_test_plugin_lib_SOURCES = tests/plugin/test-plugin-lib.c \
	plugins/lib/bq_params.c plugins/lib/bq_params.h \
	plugins/lib/csv.c plugins/lib/csv.h \
	plugins/lib/nagios.c plugins/lib/nagios.h \
	plugins/lib/pg_params.c plugins/lib/pg_params.h
tests_plugin_test_plugin_lib_CPPFLAGS = $(module_cppflags)
tests_plugin_test_plugin_lib_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_plugin_test_plugin_lib_LDADD = plugins/lib/libplugin.la $(CMOCKA_LIBS) \
	-lm

plugin_tests = tests/plugin/gate_test.py tests/plugin/sql_test.py \
	tests/plugin/heartbeat_test.py \
	tests/plugin/postgresql_test.py tests/plugin/kept_test.py \
	tests/plugin/odbc_test.py \
	tests/plugin/check_test.py tests/plugin/nagios_test.py \
	tests/plugin/http_test.py tests/plugin/http_wire_test.py \
	tests/plugin/dns_test.py tests/plugin/tcp_test.py tests/plugin/certificate_test.py \
	tests/plugin/google_test.py \
	tests/plugin/cloud_test.py tests/plugin/stored_test.py tests/plugin/pubsub_test.py \
	tests/plugin/action_test.py tests/plugin/notifier_test.py \
	tests/plugin/airflow_test.py \
	tests/plugin/email_test.py tests/plugin/slack_bot_test.py \
	tests/plugin/exim_test.py tests/plugin/posting_test.py \
	tests/plugin/hostile_data_test.py \
	tests/plugin/local_notifier_test.py \
	tests/policy/plugin-symbols.sh
plugin_tests += tests/plugin/bigquery_test.py \
	tests/plugin/bigquery_sample_test.py
plugin_tests += tests/plugin/kubernetes_test.py
plugin_tests += tests/plugin/cloud_action_test.py
plugin_tests += tests/plugin/identity_test.py
plugin_tests += tests/plugin/sql_action_test.py
dist_check_SCRIPTS += $(plugin_tests)
EXTRA_DIST += tests/plugin/host.py tests/plugin/sql_case.py tests/plugin/postgres.py \
	tests/plugin/tls.py \
	tests/plugin/fake_google.py tests/plugin/fake_cloud.py \
	tests/plugin/cloud_case.py \
	tests/plugin/fake_airflow.py
EXTRA_DIST += tests/plugin/fake_bigquery.py
EXTRA_DIST += tests/plugin/fake_kubernetes.py
TESTS += $(plugin_tests)
