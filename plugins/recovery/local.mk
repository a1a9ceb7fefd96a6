# Actions: what starts phases and repairs them.

plugin_LTLIBRARIES += plugins/recovery/action-exec.la
plugins_recovery_action_exec_la_SOURCES = plugins/recovery/exec.c
plugins_recovery_action_exec_la_CPPFLAGS = $(module_cppflags)
plugins_recovery_action_exec_la_CFLAGS = $(module_cflags)
plugins_recovery_action_exec_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_exec_la_LIBADD = plugins/lib/libchild.la \
	plugins/lib/libclassify.la plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/recovery/action-http.la
plugins_recovery_action_http_la_SOURCES = plugins/recovery/http.c \
	plugins/lib/exchange.c plugins/lib/exchange.h
plugins_recovery_action_http_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_recovery_action_http_la_CFLAGS = $(module_cflags)
plugins_recovery_action_http_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_http_la_LIBADD = plugins/lib/libgoogle.la \
	plugins/lib/libhttp.la plugins/lib/libchild.la plugins/lib/libclassify.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/recovery/action-airflow.la
plugins_recovery_action_airflow_la_SOURCES = plugins/recovery/airflow.c \
	plugins/lib/airflow.c plugins/lib/airflow.h
plugins_recovery_action_airflow_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_recovery_action_airflow_la_CFLAGS = $(module_cflags)
plugins_recovery_action_airflow_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_airflow_la_LIBADD = plugins/lib/librest.la \
	plugins/lib/libhttp.la plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) \
	-lm

plugin_LTLIBRARIES += plugins/recovery/action-airflow_pause.la
plugins_recovery_action_airflow_pause_la_SOURCES = \
	plugins/recovery/airflow_pause.c plugins/lib/airflow.c plugins/lib/airflow.h
plugins_recovery_action_airflow_pause_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_recovery_action_airflow_pause_la_CFLAGS = $(module_cflags)
plugins_recovery_action_airflow_pause_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_airflow_pause_la_LIBADD = plugins/lib/librest.la \
	plugins/lib/libhttp.la plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) \
	-lm

plugin_LTLIBRARIES += plugins/recovery/action-kubernetes_job.la
plugins_recovery_action_kubernetes_job_la_SOURCES = \
	plugins/recovery/kubernetes_job.c plugins/lib/kubernetes.c \
	plugins/lib/kubernetes.h
plugins_recovery_action_kubernetes_job_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_recovery_action_kubernetes_job_la_CFLAGS = $(module_cflags)
plugins_recovery_action_kubernetes_job_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_kubernetes_job_la_LIBADD = plugins/lib/librest.la \
	plugins/lib/libcontainer.la plugins/lib/libhttp.la plugins/lib/libplugin.la \
	$(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/recovery/action-scheduler_job.la
plugins_recovery_action_scheduler_job_la_SOURCES = plugins/recovery/scheduler_job.c
plugins_recovery_action_scheduler_job_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_recovery_action_scheduler_job_la_CFLAGS = $(module_cflags)
plugins_recovery_action_scheduler_job_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_scheduler_job_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/recovery/action-pubsub.la
plugins_recovery_action_pubsub_la_SOURCES = plugins/recovery/pubsub.c
plugins_recovery_action_pubsub_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_recovery_action_pubsub_la_CFLAGS = $(module_cflags)
plugins_recovery_action_pubsub_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_pubsub_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/libhttp.la plugins/lib/libchild.la \
	plugins/lib/libplugin.la $(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/recovery/action-cloud_run_job.la
plugins_recovery_action_cloud_run_job_la_SOURCES = \
	plugins/recovery/cloud_run_job.c plugins/lib/executions.c \
	plugins/lib/executions.h
plugins_recovery_action_cloud_run_job_la_CPPFLAGS = $(module_cppflags) $(lib_google_cflags)
plugins_recovery_action_cloud_run_job_la_CFLAGS = $(module_cflags)
plugins_recovery_action_cloud_run_job_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_cloud_run_job_la_LIBADD = plugins/lib/libcloud.la \
	plugins/lib/libgoogle.la plugins/lib/librest.la plugins/lib/libcontainer.la \
	plugins/lib/libhttp.la plugins/lib/libchild.la plugins/lib/libplugin.la \
	$(lib_google_libs) -lm

plugin_LTLIBRARIES += plugins/recovery/action-sql.la
plugins_recovery_action_sql_la_SOURCES = plugins/recovery/sql.c
plugins_recovery_action_sql_la_CPPFLAGS = $(module_cppflags) $(SQLITE_CFLAGS) \
	$(libpq_cflags) $(JANSSON_CFLAGS)
plugins_recovery_action_sql_la_CFLAGS = $(module_cflags)
plugins_recovery_action_sql_la_LDFLAGS = $(module_ldflags)
plugins_recovery_action_sql_la_LIBADD = plugins/lib/libchange.la \
	plugins/lib/libplugin.la $(SQLITE_LIBS) $(LIBPQ_LIBS) $(JANSSON_LIBS) -lm
