# Incidents, as tests of the sample's rules.
incident_samples = \
	conf.d/nba/scenarios/all-json-frozen.scenario \
	conf.d/nba/scenarios/all-star-noise.scenario \
	conf.d/nba/scenarios/auto-retry-loop.scenario \
	conf.d/nba/scenarios/backfill-treadmill.scenario \
	conf.d/nba/scenarios/batch-lock-2026-02-19.scenario \
	conf.d/nba/scenarios/bdl-outage.scenario \
	conf.d/nba/scenarios/bdl-retired.scenario \
	conf.d/nba/scenarios/bdl-zero-records.scenario \
	conf.d/nba/scenarios/bettingpros-2026-01-12.scenario \
	conf.d/nba/scenarios/box-scores-jan13-18.scenario \
	conf.d/nba/scenarios/double-grading.scenario \
	conf.d/nba/scenarios/duplicates-jan20-28.scenario \
	conf.d/nba/scenarios/espn-roster-partial.scenario \
	conf.d/nba/scenarios/firestore-45h.scenario \
	conf.d/nba/scenarios/gamebook-2025-12-27.scenario \
	conf.d/nba/scenarios/gamebook-2025-12-30.scenario \
	conf.d/nba/scenarios/grading-absent.scenario \
	conf.d/nba/scenarios/grading-sql-2026-03-16.scenario \
	conf.d/nba/scenarios/healthchecker-2026-01-20.scenario \
	conf.d/nba/scenarios/jan26-false-alarm.scenario \
	conf.d/nba/scenarios/mlb-404-storm.scenario \
	conf.d/nba/scenarios/mlb-zero-picks.scenario \
	conf.d/nba/scenarios/odds-lines-storm.scenario \
	conf.d/nba/scenarios/odds.base \
	conf.d/nba/scenarios/odds.conf \
	conf.d/nba/scenarios/ordinary.base \
	conf.d/nba/scenarios/orphan-supersede.scenario \
	conf.d/nba/scenarios/partial-2026-02-22.scenario \
	conf.d/nba/scenarios/pdc-timeout.scenario \
	conf.d/nba/scenarios/phase3-gap-2026-02-11.scenario \
	conf.d/nba/scenarios/phase4-jan16-18.scenario \
	conf.d/nba/scenarios/poison-message.scenario \
	conf.d/nba/scenarios/postponed-2026-01-24.scenario \
	conf.d/nba/scenarios/predictions-zero-jan27-28.scenario \
	conf.d/nba/scenarios/prop-line-gap.scenario \
	conf.d/nba/scenarios/proxy-2026-01-22.scenario \
	conf.d/nba/scenarios/quota-2026-01-26.scenario \
	conf.d/nba/scenarios/repair-makes-worse.scenario \
	conf.d/nba/scenarios/retry-storm-2026-01-16.scenario \
	conf.d/nba/scenarios/source-blocked-2026-01-25.scenario \
	conf.d/nba/scenarios/team-boxscore-gap.scenario \
	conf.d/nba/scenarios/team-offense-empty-string.scenario \
	conf.d/nba/scenarios/worker-firestore-dep.scenario \
	conf.d/nba/scenarios/zero-record-false-positives.scenario

# The samples, installed as they lie here, below $(pkgdatadir)/conf.d.
sampledir = $(pkgdatadir)
nobase_dist_sample_DATA = \
	conf.d/nba/10-pipeline.conf conf.d/nba/20-checks.conf \
	conf.d/nba/30-gates-alarms.conf conf.d/nba/40-recoveries.conf conf.d/nba/60-reports.conf \
	conf.d/nba/90-site.conf conf.d/nba/bin/warehouse.py \
	conf.d/nba/cloud/90-site.conf conf.d/nba/cloud/95-inventory.conf \
	conf.d/nba/sample/arrivals.csv conf.d/nba/sample/missing_games.csv \
	conf.d/nba/sample/repairs.csv conf.d/nba/sample/season.csv \
	conf.d/nba/sample/january.csv conf.d/nba/sample/january-labels.csv \
	conf.d/nba/sample/literal.conf conf.d/nba/sample/literal.scenario \
	conf.d/nba/sample/season.scenario \
	conf.d/nba/sample/season-expected.scenario \
	conf.d/nba/sample/season-generated.scenario \
	conf.d/nba/sample/week.csv conf.d/nba/lib/findings.py \
	conf.d/nba/lib/journal.py conf.d/nba/lib/play.py \
	conf.d/nba/lib/screen.py conf.d/nba/lib/stage.py \
	conf.d/shop/shop.conf $(incident_samples)
nobase_dist_sample_SCRIPTS = \
	conf.d/nba/demo conf.d/nba/bin/build_warehouse conf.d/nba/bin/grade_if_permitted \
	conf.d/nba/bin/make_season \
	conf.d/nba/bin/process_date conf.d/nba/bin/publish \
	conf.d/nba/bin/run_predictions conf.d/nba/bin/scrape_bdl \
	conf.d/shop/bin/etl

# A sample names the places of a Debian package; in what is installed they
# are those of this installation.
install-samples-hook:
	cd "$(DESTDIR)$(sampledir)" && for i in $(nobase_dist_sample_DATA); do \
		case $$i in *.conf) ;; *) continue ;; esac; \
		$(SED) -e 's,"/usr/share/gatewarden/,"$(pkgdatadir)/,' \
			-e 's,"/var/lib/,"$(localstatedir)/lib/,' \
			-e 's,file:/etc/,file:$(sysconfdir)/,' \
			"$$i" >"$$i.new" && $(INSTALL_DATA) "$$i.new" "$$i" && \
		rm -f "$$i.new" || exit 1; \
	done
.PHONY: install-samples-hook

include tests/scenario/demo.mk
include tests/scenario/operation.mk
