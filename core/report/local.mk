# core/report: numbers and reports, folded from the journal's events
noinst_LIBRARIES += core/report/libreport.a
core_report_libreport_a_SOURCES = \
	core/report/answer.c core/report/answer.h core/report/brief.c \
	core/report/dates.c \
	core/report/definitions.c core/report/definitions.h \
	core/report/feed.c \
	core/report/incidents.c \
	core/report/measures.c core/report/measures.h \
	core/report/measures_told.c \
	core/report/model.c core/report/model.h \
	core/report/period.c \
	core/report/report.c core/report/report.h \
	core/report/slack.c \
	core/report/story.c core/report/story.h \
	core/report/story_incidents.c core/report/story_mode.c \
	core/report/tally.c core/report/tally.h \
	core/report/text.c core/report/say.h
core_report_libreport_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# what a program that links libreport.a needs too, in this order
report_libs = core/report/libreport.a core/daemon/librows.a \
	core/worker/libworker.a core/engine/libengine.a $(conf_libs) \
	$(LIBUV_LIBS)

libexec_PROGRAMS += core/report/gatewarden-report
core_report_gatewarden_report_SOURCES = core/report/main.c
core_report_gatewarden_report_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_report_gatewarden_report_LDADD = $(report_libs)

if HAVE_CMOCKA
report_tests = tests/unit/test-report tests/unit/test-report-metrics
check_PROGRAMS += $(report_tests)
TESTS += $(report_tests)
report_help = tests/unit/report-help.c tests/unit/report-help.h \
	$(config_help)
tests_unit_test_report_SOURCES = tests/unit/test-report.c $(report_help)
tests_unit_test_report_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_report_LDADD = $(report_libs) $(CMOCKA_LIBS)
tests_unit_test_report_metrics_SOURCES = tests/unit/test-report-metrics.c \
	$(report_help)
tests_unit_test_report_metrics_CFLAGS = $(tests_unit_test_report_CFLAGS)
tests_unit_test_report_metrics_LDADD = $(tests_unit_test_report_LDADD)
endif

dist_check_SCRIPTS += tests/scenario/report_test.py
TESTS += tests/scenario/report_test.py
