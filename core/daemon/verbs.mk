# What answers calls and words messages; gatewardend links it.
noinst_LIBRARIES += core/daemon/libverbs.a
core_daemon_libverbs_a_SOURCES = \
	core/daemon/act.c core/daemon/handlers.h \
	core/daemon/ask.c core/daemon/ask.h \
	core/daemon/backfill.c core/daemon/backfill.h \
	core/daemon/backfill_plan.c \
	core/daemon/explain.c core/daemon/explain.h \
	core/daemon/findings.c core/daemon/findings.h \
	core/daemon/history.c core/daemon/history.h \
	core/daemon/incident.c core/daemon/incident.h \
	core/daemon/incident_told.c \
	core/daemon/adopted.c core/daemon/adopted.h \
	core/daemon/message.c core/daemon/message.h \
	core/daemon/message_fix.c core/daemon/message_private.h \
	core/daemon/notice.c core/daemon/notice.h \
	core/daemon/opens.c core/daemon/opens.h \
	core/daemon/plan.c core/daemon/plan.h \
	core/daemon/service.c core/daemon/service.h \
	core/daemon/status.c core/daemon/status.h \
	core/daemon/story.c core/daemon/story.h core/daemon/story_facts.c \
	core/daemon/story_lines.c core/daemon/story_told.c \
	core/daemon/story_private.h \
	core/daemon/verb_act.c core/daemon/verb_start.c \
	core/daemon/verb_coverage.c \
	core/daemon/verb_backfill.c \
	core/daemon/verb_daemon.c core/daemon/verb_doctor.c \
	core/daemon/verb_events.c core/daemon/verb_explain.c \
	core/daemon/verb_lists.c core/daemon/verb_status.c \
	core/daemon/verb_signal.c \
	core/daemon/verb_verify.c core/daemon/verify.c \
	core/daemon/verify.h core/daemon/verify_builtin.c \
	core/daemon/verb_test.c core/daemon/verb_wait.c \
	core/daemon/verb_report.c core/daemon/verb_waive.c \
	core/daemon/verb_silence.c core/daemon/verb_told.c \
	core/daemon/verbs.c core/daemon/verbs.h \
	core/daemon/view.c core/daemon/view.h core/daemon/view_phase.c \
	core/daemon/view_open.c core/daemon/view_waivers.c \
	core/daemon/wait.c core/daemon/wait.h \
	core/daemon/words.c core/daemon/words.h
core_daemon_libverbs_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-notice
TESTS += tests/unit/test-notice
endif
tests_unit_test_notice_SOURCES = tests/unit/test-notice.c
tests_unit_test_notice_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS) $(LIBUV_CFLAGS)
tests_unit_test_notice_LDADD = core/daemon/libverbs.a core/config/libconf.a \
	core/engine/libengine.a core/calendar/libcalendar.a \
	core/base/libbase.a $(CMOCKA_LIBS) $(JANSSON_LIBS) -lm
