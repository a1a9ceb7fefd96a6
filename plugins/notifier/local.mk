# Notifiers.

plugin_LTLIBRARIES += plugins/notifier/notifier-console.la
plugins_notifier_notifier_console_la_SOURCES = plugins/notifier/console.c
plugins_notifier_notifier_console_la_CPPFLAGS = $(module_cppflags)
plugins_notifier_notifier_console_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_console_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_console_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-file.la
plugins_notifier_notifier_file_la_SOURCES = plugins/notifier/file.c $(lib_message)
plugins_notifier_notifier_file_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_notifier_notifier_file_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_file_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_file_la_LIBADD = plugins/lib/libplugin.la $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-slack.la
plugins_notifier_notifier_slack_la_SOURCES = plugins/notifier/slack.c $(lib_http) \
	$(lib_message)
plugins_notifier_notifier_slack_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_notifier_notifier_slack_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_slack_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_slack_la_LIBADD = plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-webhook.la
plugins_notifier_notifier_webhook_la_SOURCES = plugins/notifier/webhook.c $(lib_http) \
	$(lib_message)
plugins_notifier_notifier_webhook_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_notifier_notifier_webhook_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_webhook_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_webhook_la_LIBADD = plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-email.la
plugins_notifier_notifier_email_la_SOURCES = plugins/notifier/email.c \
	plugins/lib/mail.c plugins/lib/mail.h
plugins_notifier_notifier_email_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS)
plugins_notifier_notifier_email_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_email_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_email_la_LIBADD = plugins/lib/libplugin.la $(CURL_LIBS) -lm
