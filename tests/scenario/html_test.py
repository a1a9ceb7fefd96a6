#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The page of the sample's week, in a real browser, opened from a file: no
message on its console, no request, nothing to scroll sideways on a telephone,
readable colours in light and dark; and data that would be markup stays data.

With GATEWARDEN_SCREENSHOTS=DIR pictures are left there, to be looked at.
Without chromium and its driver the browser's part is skipped, and said so.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                "conf.d", "nba", "lib"))

from browser import Browser, missing                   # noqa: E402
from play import Play                                  # noqa: E402
from stage import END, Stage, ms                       # noqa: E402

BUILD = sys.argv.pop(1) if len(sys.argv) > 1 else "."
DRAW = os.path.join(BUILD, "tests", "unit", "test-page")
AS_OF = "2026-01-20T18:59:00Z"  # a minute before the end
PICTURES = os.environ.get("GATEWARDEN_SCREENSHOTS")
HOSTILE = ("<script>window.hacked=1</script>\"'><img src=http://127.0.0.1/x "
           "onerror=window.hacked=1>\u202e&amp;" + "w" * 300)

# Every piece of text that is seen, against what lies behind it.
CONTRAST = """
const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
const light = c => { const f = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
const behind = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
const bad = [];
for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 &&
        n.data.trim());
    if (!own || !e.getClientRects().length) continue;
    const svg = e.namespaceURI.endsWith('svg');
    const s = getComputedStyle(e);
    const a = light(parse(svg ? s.fill : s.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5 && e.tagName !== 'title' && e.tagName !== 'desc')
        bad.push(e.tagName + ' ' + ratio.toFixed(2) + ' ' +
            e.textContent.slice(0, 40)); }
return bad;"""

WIDTHS = "return [document.documentElement.scrollWidth, " \
    "document.body.scrollWidth, innerWidth]"


def week():
    """The report of the week as JSON, its page, and an incident's story."""
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
        speed = float(os.environ.get("GATEWARDEN_TEST_SPEED", "20000"))
        stage = Stage(BUILD, directory, speed)
        stage.make()
        try:
            Play(stage).until(ms(END))
            path = os.path.join(directory, "week.html")
            # of one instant: the clock goes on between the two
            words = ("report", "week", "2026-01-19", "--as-of", AS_OF)
            said = stage.gatewarden(*words, "--html", path)
            report = stage.ask(*words)
            nowhere = stage.gatewarden("report", "week", "--html",
                                       directory + "/none/x.html")
            with open(path, encoding="utf-8") as f:
                page = f.read()
            story = [i["number"] for i in report["incidents"]
                     if i["root"] == "precompute"][0]
            return {"report": report, "page": page, "said": said,
                    "nowhere": nowhere, "story": stage.gatewarden(
                        "incident", str(story), "--md").stdout}
        finally:
            stage.stop()


def spoilt(value, key=""):
    """Hostile text in the place of each that isn't a word of the format."""
    if isinstance(value, dict):
        return {k: spoilt(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoilt(v, key) for v in value]
    keep = ("quality", "stand", "severity", "outcome", "unit", "date",
            "result", "trend", "level", "metric", "over", "bound", "marks")
    if isinstance(value, str) and key not in keep and not \
            key.endswith("_at"):
        return HOSTILE
    return value


class Page(unittest.TestCase):
    week = None

    def test_it_was_written(self):
        said = self.week["said"]
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertIn("written to", said.stdout)
        self.assertNotEqual(self.week["nowhere"].returncode, 0)
        self.assertIn("can't be written", self.week["nowhere"].stderr)

    def test_it_has_what_the_report_has(self):
        page, report = self.week["page"], self.week["report"]
        for date in report["dates"]:
            self.assertIn(date["date"][5:], page)
        for incident in report["incidents"]:
            self.assertIn(f'id="incident-{incident["number"]}"', page)
        for check in ("box_scores", "gamebooks", "pdc", "graded"):
            self.assertIn(f"<bdi>{check}</bdi>", page)
        self.assertIn("<title>2026-01-15: 1 of 9 (11 %), fail</title>", page)
        for word in ("<script", "http:", "https:", "url(", "@import", "src="):
            self.assertNotIn(word, page)

    def test_a_post_mortem(self):
        story = self.week["story"]
        for said in ("# Incident", "| time to detect | 0 s", "try 1",
                     "improved; exit 0; proof: pdc 151 pass, pcf 0 fail",
                     "automation has given up",
                     "process_date --date 2026-01-16", "## Open questions"):
            self.assertIn(said, story)


class Browsed(unittest.TestCase):
    week = None

    @classmethod
    def setUpClass(cls):
        if missing():
            raise unittest.SkipTest(missing())
        cls.dir = tempfile.TemporaryDirectory(prefix="gatewarden-")
        cls.path = os.path.join(cls.dir.name, "week.html")
        with open(cls.path, "w", encoding="utf-8") as f:
            f.write(cls.week["page"])
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        if not missing():
            cls.browser.close()
            cls.dir.cleanup()

    def see(self, width, scheme, path=None):
        b = self.browser
        b.size(width)
        b.scheme(scheme)
        b.requests()
        b.log("browser")
        b.open(path or self.path)
        self.assertEqual(b.log("browser"), [])
        self.assertEqual([u for u in b.requests() if not
                          u.startswith("data:,")],
                         ["file://" + (path or self.path)])
        self.assertEqual(b.run("return performance.getEntriesByType("
                               "'resource').length"), 0)
        for w in b.run(WIDTHS):
            self.assertLessEqual(w, width)

    def picture(self, name):
        if PICTURES:
            self.browser.screenshot(os.path.join(PICTURES, name))

    def test_desktop(self):
        self.see(1280, "light")
        self.picture("desktop.png")
        self.assertEqual(self.browser.run(CONTRAST), [])
        self.assertGreater(self.browser.run(
            "return document.querySelectorAll('svg').length"), 10)

    def test_phone(self):
        self.see(360, "light")
        self.picture("phone.png")
        self.assertEqual(self.browser.run(CONTRAST), [])
        # the map fits without scrolling, and no text is too small
        self.assertTrue(self.browser.run(
            "const e = document.querySelector('.scroll');"
            "return e.scrollWidth <= e.clientWidth + 1"))
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('body *')].filter(e => "
            "e.namespaceURI.endsWith('xhtml') && e.getClientRects().length "
            "&& parseFloat(getComputedStyle(e).fontSize) < 11.5).length"), 0)

    def test_dark(self):
        self.see(1280, "light")
        background = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(background)
        self.see(1280, "dark")
        self.picture("dark.png")
        self.assertNotEqual(self.browser.run(background), light)
        self.assertEqual(self.browser.run(CONTRAST), [])

    def test_links_lead_somewhere(self):
        self.see(1280, "light")
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('a')].filter(a => "
            "!document.getElementById(a.getAttribute('href').slice(1)))"
            ".map(a => a.outerHTML)"), [])

    def test_pictures_and_tables_have_names(self):
        self.see(1280, "light")
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('svg')].filter(s => "
            "s.getAttribute('aria-labelledby').split(' ').some(i => "
            "!document.getElementById(i))).length + [...document"
            ".querySelectorAll('table')].filter(t => !t.caption).length"), 0)

    def test_hostile_data(self):
        if not os.access(DRAW, os.X_OK):
            self.skipTest("tests/unit/test-page has not been built")
        data = os.path.join(self.dir.name, "hostile.json")
        path = os.path.join(self.dir.name, "hostile.html")
        with open(data, "w", encoding="utf-8") as f:
            json.dump(spoilt(self.week["report"]), f)
        with open(path, "w", encoding="utf-8") as f:
            subprocess.run([DRAW, data], stdout=f, check=True, timeout=60)
        for width in (1280, 360):
            self.see(width, "light", path)
            self.picture(f"hostile-{width}.png")
            self.assertEqual(self.browser.run(
                "return [window.hacked === undefined, document"
                ".querySelectorAll('script, img, iframe, object').length]"),
                [True, 0])


def main():
    if missing():
        print("skipped: the browser's part:", missing())
    Page.week = Browsed.week = week()
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite(map(load, (Page, Browsed)))
    good = unittest.TextTestRunner(stream=sys.stdout).run(suite)
    return not good.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
