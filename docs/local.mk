# docs: gatewarden(1) and the completion are printed by the program itself
EXTRA_DIST += docs/state.md
dist_doc_DATA += docs/guide.md docs/actions.md docs/author.md docs/season.md \
	docs/incidents.md docs/backtest.md docs/verify-in-ci.md docs/track-record.md \
	docs/beside-airflow.md docs/beside-cloud-scheduler.md
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
