# core/worker: plugin processes seen from the daemon
noinst_LIBRARIES += core/worker/libworker.a
core_worker_libworker_a_SOURCES = \
	core/worker/attempt.c \
	core/worker/describe.c \
	core/worker/ending.c \
	core/worker/fault.c core/worker/fault.h \
	core/worker/health.c \
	core/worker/io.c \
	core/worker/keep.c \
	core/worker/output.c core/worker/output.h \
	core/worker/pool.c core/worker/pool.h \
	core/worker/report.c \
	core/worker/spawn.c core/worker/spawn.h \
	core/worker/state.h \
	core/worker/sweep.c core/worker/sweep.h \
	core/worker/worker.c
core_worker_libworker_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

include tests/hostile/local.mk
