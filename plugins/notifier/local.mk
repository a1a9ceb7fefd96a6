# Notifiers.

plugin_LTLIBRARIES += plugins/notifier/notifier-console.la
plugins_notifier_notifier_console_la_SOURCES = plugins/notifier/console.c
plugins_notifier_notifier_console_la_CPPFLAGS = $(module_cppflags)
plugins_notifier_notifier_console_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_console_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_console_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-file.la
plugins_notifier_notifier_file_la_SOURCES = plugins/notifier/file.c
plugins_notifier_notifier_file_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_notifier_notifier_file_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_file_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_file_la_LIBADD = plugins/lib/libmessage.la \
	plugins/lib/libplugin.la $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-slack.la
plugins_notifier_notifier_slack_la_SOURCES = plugins/notifier/slack.c \
	plugins/lib/slack.c plugins/lib/slack.h plugins/lib/slack_bot.c \
	plugins/lib/slack_bot.h
plugins_notifier_notifier_slack_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_notifier_notifier_slack_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_slack_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_slack_la_LIBADD = plugins/lib/librest.la \
	plugins/lib/libpost.la plugins/lib/libmessage.la plugins/lib/libhttp.la \
	plugins/lib/libplugin.la $(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-webhook.la
plugins_notifier_notifier_webhook_la_SOURCES = plugins/notifier/webhook.c \
	plugins/lib/sign.c plugins/lib/sign.h
plugins_notifier_notifier_webhook_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS) $(openssl_cflags)
plugins_notifier_notifier_webhook_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_webhook_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_webhook_la_LIBADD = plugins/lib/libpost.la \
	plugins/lib/libmessage.la plugins/lib/libhttp.la plugins/lib/libplugin.la \
	$(CURL_LIBS) $(JANSSON_LIBS) $(OPENSSL_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-email.la
plugins_notifier_notifier_email_la_SOURCES = plugins/notifier/email.c
plugins_notifier_notifier_email_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS)
plugins_notifier_notifier_email_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_email_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_email_la_LIBADD = plugins/lib/libplugin.la $(CURL_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-pagerduty.la
plugins_notifier_notifier_pagerduty_la_SOURCES = plugins/notifier/pagerduty.c
plugins_notifier_notifier_pagerduty_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_notifier_notifier_pagerduty_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_pagerduty_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_pagerduty_la_LIBADD = plugins/lib/libpost.la \
	plugins/lib/libmessage.la plugins/lib/libhttp.la plugins/lib/libplugin.la \
	$(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-teams.la
plugins_notifier_notifier_teams_la_SOURCES = plugins/notifier/teams.c
plugins_notifier_notifier_teams_la_CPPFLAGS = $(module_cppflags) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS)
plugins_notifier_notifier_teams_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_teams_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_teams_la_LIBADD = plugins/lib/libpost.la \
	plugins/lib/libmessage.la plugins/lib/libhttp.la plugins/lib/libplugin.la \
	$(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-ntfy.la
plugins_notifier_notifier_ntfy_la_SOURCES = plugins/notifier/ntfy.c
plugins_notifier_notifier_ntfy_la_CPPFLAGS = $(module_cppflags) $(CURL_CFLAGS) \
	$(JANSSON_CFLAGS)
plugins_notifier_notifier_ntfy_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_ntfy_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_ntfy_la_LIBADD = plugins/lib/libpost.la \
	plugins/lib/libmessage.la plugins/lib/libhttp.la plugins/lib/libplugin.la \
	$(CURL_LIBS) $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-syslog.la
plugins_notifier_notifier_syslog_la_SOURCES = plugins/notifier/syslog.c
plugins_notifier_notifier_syslog_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_notifier_notifier_syslog_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_syslog_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_syslog_la_LIBADD = plugins/lib/libmessage.la \
	plugins/lib/libplugin.la $(JANSSON_LIBS) -lm

plugin_LTLIBRARIES += plugins/notifier/notifier-exec.la
plugins_notifier_notifier_exec_la_SOURCES = plugins/notifier/exec.c
plugins_notifier_notifier_exec_la_CPPFLAGS = $(module_cppflags) $(JANSSON_CFLAGS)
plugins_notifier_notifier_exec_la_CFLAGS = $(module_cflags)
plugins_notifier_notifier_exec_la_LDFLAGS = $(module_ldflags)
plugins_notifier_notifier_exec_la_LIBADD = plugins/lib/libmessage.la \
	plugins/lib/libchild.la plugins/lib/libplugin.la $(JANSSON_LIBS) -lm
