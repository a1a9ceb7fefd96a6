# The service manager's side: a unit, and the user that it runs as.
units = systemd/gatewardend.service systemd/gatewarden-web.service \
	systemd/gatewarden-sysusers.conf
EXTRA_DIST += systemd/gatewardend.service.in \
	systemd/gatewarden-web.service.in \
	systemd/gatewarden-sysusers.conf.in
CLEANFILES += $(units)

$(units): Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) \
		-e 's,@sbindir[@],$(sbindir),g' \
		-e 's,@sysconfdir[@],$(sysconfdir),g' \
		-e 's,@localstatedir[@],$(localstatedir),g' \
		<$(srcdir)/$@.in >$@.new && mv $@.new $@
systemd/gatewardend.service: systemd/gatewardend.service.in
systemd/gatewarden-web.service: systemd/gatewarden-web.service.in
systemd/gatewarden-sysusers.conf: systemd/gatewarden-sysusers.conf.in

systemdsystemunit_DATA = systemd/gatewardend.service
if HAVE_MICROHTTPD
systemdsystemunit_DATA += systemd/gatewarden-web.service
endif
sysusers_DATA = systemd/gatewarden-sysusers.conf
