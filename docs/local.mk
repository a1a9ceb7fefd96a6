# docs: gatewarden(1) and the completion are printed by the program itself
EXTRA_DIST += docs/state.md
dist_doc_DATA += docs/guide.md docs/actions.md docs/author.md docs/season.md \
	docs/incidents.md docs/backtest.md docs/verify-in-ci.md docs/track-record.md \
	docs/beside-airflow.md docs/beside-cloud-scheduler.md docs/seed-map.md
dist_man_MANS += docs/gatewarden-plugin.3 docs/gatewarden.conf.5 \
	docs/gatewarden-host.8 docs/gatewardend.8 docs/gatewarden-scenario.5
nodist_man_MANS = docs/gatewarden.1
docs/gatewarden.1: core/client/gatewarden$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && \
	core/client/gatewarden$(EXEEXT) help --mdoc >$@.new && mv $@.new $@

bashcompdir = $(datadir)/bash-completion/completions
nodist_bashcomp_DATA = docs/completion/gatewarden
docs/completion/gatewarden: core/client/gatewarden$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs/completion && \
	core/client/gatewarden$(EXEEXT) help --completion >$@.new && \
	mv $@.new $@
CLEANFILES += docs/gatewarden.1 docs/completion/gatewarden

# What each plugin says of itself, by the program that loads it.
plugin_pages = docs/plugins/stamp
docs/plugins/stamp: core/host/gatewarden-host$(EXEEXT) $(plugin_LTLIBRARIES)
	$(AM_V_GEN)$(MKDIR_P) docs/plugins && rm -f docs/plugins/*.7 && \
	for i in $(plugin_LTLIBRARIES); do \
		n=$${i##*/} && n=$${n%.la} && \
		core/host/gatewarden-host$(EXEEXT) --manual \
			"$${i%/*}/.libs/$$n.so" \
			>"docs/plugins/gatewarden-$$n.7" || exit 1; \
	done && : >$@
all-local: $(plugin_pages)
CLEANFILES += $(plugin_pages) docs/plugins/*.7
install-pages-hook:
	$(MKDIR_P) "$(DESTDIR)$(mandir)/man7" && \
	$(INSTALL_DATA) docs/plugins/*.7 "$(DESTDIR)$(mandir)/man7"
uninstall-pages-hook:
	-cd "$(DESTDIR)$(mandir)/man7" && for i in $(plugin_LTLIBRARIES); do \
		i=$${i##*/}; rm -f "gatewarden-$${i%.la}.7"; done
.PHONY: install-pages-hook uninstall-pages-hook
