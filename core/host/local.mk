# core/host: the program that runs one plugin
libexec_PROGRAMS += core/host/gatewarden-host
core_host_gatewarden_host_SOURCES = \
	core/host/confine.c core/host/confine.h \
	core/host/ctx.h \
	core/host/describe.c \
	core/host/filter.c \
	core/host/load.c core/host/load.h \
	core/host/main.c \
	core/host/manual.c \
	core/host/options.c core/host/options.h \
	core/host/result.c core/host/result.h \
	core/host/serve.c core/host/serve.h \
	core/host/vtable.c
core_host_gatewarden_host_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_host_gatewarden_host_LDADD = core/base/libbase.a $(JANSSON_LIBS) -ldl -lm
