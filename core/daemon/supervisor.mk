# The shell around the engine: everything with an effect; gatewardend links it.
noinst_LIBRARIES += core/daemon/libsupervisor.a
core_daemon_libsupervisor_a_SOURCES = \
	core/daemon/answers.c core/daemon/answers.h \
	core/daemon/asked.c core/daemon/attempts.c core/daemon/calls.c \
	core/daemon/canary.c core/daemon/trouble.c \
	core/daemon/command.c core/daemon/commit.c core/daemon/defined.c \
	core/daemon/folding.c core/daemon/folding.h \
	core/daemon/found.c core/daemon/generation.c core/daemon/mute.c \
	core/daemon/measured.c core/daemon/measured.h \
	core/daemon/dry.c core/daemon/dry.h \
	core/daemon/rehearse.c core/daemon/rehearse.h \
	core/daemon/rehearse_play.c core/daemon/rehearse_reload.c \
	core/daemon/inside.h core/daemon/perform.c core/daemon/pulse.c \
	core/daemon/quarantine.c core/daemon/scheduled.c \
	core/daemon/spending.c core/daemon/spending.h \
	core/daemon/reasons.c core/daemon/report.c core/daemon/restore.c \
	core/daemon/supervisor.c core/daemon/supervisor.h \
	core/daemon/signals.c core/daemon/signals.h \
	core/daemon/silences.c \
	core/daemon/tellings.c core/daemon/tellings.h \
	core/daemon/told_case.c core/daemon/told_digest.c \
	core/daemon/told_escalate.c core/daemon/told_say.c \
	core/daemon/turn.c
core_daemon_libsupervisor_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-attempts tests/unit/test-supervisor
TESTS += tests/unit/test-attempts tests/unit/test-supervisor
endif
supervisor_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
supervisor_test_libs = core/daemon/libsupervisor.a \
	core/daemon/libverbs.a core/report/libreport.a \
	core/daemon/librows.a \
	core/notify/libnotify.a core/config/libconf.a \
	core/control/libcontrol.a core/journal/libjournal.a \
	core/engine/libengine.a core/calendar/libcalendar.a \
	core/base/libbase.a $(CMOCKA_LIBS) $(JANSSON_LIBS) $(LIBUV_LIBS) \
	$(SQLITE_LIBS) -lm
fake_world = tests/unit/fake-world.c tests/unit/fake-world.h
tests_unit_test_attempts_SOURCES = tests/unit/test-attempts.c $(fake_world)
tests_unit_test_attempts_CFLAGS = $(supervisor_test_cflags)
tests_unit_test_attempts_LDADD = $(supervisor_test_libs)
tests_unit_test_supervisor_SOURCES = tests/unit/test-supervisor.c \
	$(fake_world)
tests_unit_test_supervisor_CFLAGS = $(supervisor_test_cflags)
tests_unit_test_supervisor_LDADD = $(supervisor_test_libs)
