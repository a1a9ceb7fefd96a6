noinst_LIBRARIES += core/base/libbase.a
core_base_libbase_a_SOURCES = \
	core/base/arena.c core/base/arena.h \
	core/base/cleanup.h \
	core/base/clock.c core/base/clock.h \
	core/base/diag.c core/base/diag.h \
	core/base/file.c core/base/file.h \
	core/base/json.c core/base/json.h \
	core/base/log.c core/base/log.h \
	core/base/nearest.c core/base/nearest.h \
	core/base/text.c core/base/text.h \
	core/base/units.c core/base/units.h \
	core/base/zoneinfo.c core/base/zoneinfo.h
core_base_libbase_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
