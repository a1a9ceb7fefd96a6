# The shell around the engine: everything with an effect; gatewardend links it.
noinst_LIBRARIES += core/daemon/libsupervisor.a
core_daemon_libsupervisor_a_SOURCES = \
	core/daemon/answers.c core/daemon/answers.h \
	core/daemon/asked.c core/daemon/attempts.c core/daemon/calls.c \
	core/daemon/command.c core/daemon/commit.c core/daemon/mute.c \
	core/daemon/found.c core/daemon/generation.c \
	core/daemon/inside.h core/daemon/perform.c core/daemon/pulse.c \
	core/daemon/reasons.c core/daemon/report.c core/daemon/restore.c \
	core/daemon/supervisor.c core/daemon/supervisor.h \
	core/daemon/turn.c
core_daemon_libsupervisor_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
