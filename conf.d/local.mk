# The samples, installed as they lie here, below $(pkgdatadir)/conf.d.
sampledir = $(pkgdatadir)
nobase_dist_sample_DATA = \
	conf.d/nba/10-pipeline.conf conf.d/nba/20-checks.conf \
	conf.d/nba/30-gates-alarms.conf conf.d/nba/40-recoveries.conf \
	conf.d/nba/90-site.conf conf.d/nba/bin/warehouse.py \
	conf.d/nba/sample/arrivals.csv conf.d/nba/sample/missing_games.csv \
	conf.d/nba/sample/repairs.csv conf.d/nba/sample/season.csv \
	conf.d/nba/sample/january.csv conf.d/nba/sample/january-labels.csv \
	conf.d/nba/sample/literal.conf conf.d/nba/sample/literal.scenario \
	conf.d/nba/sample/season.scenario \
	conf.d/nba/sample/week.csv conf.d/nba/lib/findings.py \
	conf.d/nba/lib/journal.py conf.d/nba/lib/play.py \
	conf.d/nba/lib/screen.py conf.d/nba/lib/stage.py \
	conf.d/shop/shop.conf
nobase_dist_sample_SCRIPTS = \
	conf.d/nba/demo conf.d/nba/bin/build_warehouse conf.d/nba/bin/grade_if_permitted \
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
