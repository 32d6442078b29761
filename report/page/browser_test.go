package page

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var (
	shots = flag.String("shots", "", "folder to leave screenshots in")
	look  = flag.String("look", "", "page to take screenshots of instead of the synthetic one")
)

// drawn counts the charts whose canvas holds more than one colour, and all.
const drawn = `(() => {
  let all = 0, good = 0;
  for (const f of document.querySelectorAll("section:not([hidden]) figure[data-chart]")) {
    all++;
    const canvas = f.querySelector("canvas");
    if (!canvas || !canvas.width) continue;
    const p = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    if (new Set(p).size > 20) good++;
  }
  return { all, good };
})()`

// checkDrawn demands that every chart, and at least so many, has something in it.
func (c *chromium) checkDrawn(when string, least int) {
	c.t.Helper()
	var n struct{ All, Good int }
	c.eval(drawn, &n)
	if n.All < least || n.Good != n.All {
		c.t.Errorf("%s: %d of %d charts are drawn, want %d", when, n.Good, n.All, least)
	}
	var empty []string
	c.eval(`[...document.querySelectorAll("svg.drawing, svg.gauge")].filter((s) => !s.querySelector("path, rect")).map((s) => s.getAttribute("aria-label"))`, &empty)
	if len(empty) > 0 {
		c.t.Errorf("%s: empty diagrams %q", when, empty)
	}
}

// checkAxe demands that axe-core finds nothing against the rules of WCAG 2.2 AA and
// its best practices, landmarks and contrast among them.
func (c *chromium) checkAxe(when string) {
	c.t.Helper()
	var loaded bool
	if c.eval(`typeof axe === "object"`, &loaded); !loaded {
		axe, err := os.ReadFile("testdata/axe/axe.min.js")
		if err != nil {
			c.t.Skip("axe-core is not there: ", err)
		}
		c.eval(string(axe)+"; 1", nil)
	}
	var violations []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	c.eval(`axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map((n) => ({ html: n.html.slice(0, 300), failureSummary: n.failureSummary })) })))`, &violations)
	for _, v := range violations {
		c.t.Errorf("%s: %s: %s: %+v", when, v.ID, v.Help, v.Nodes)
	}
}

func (c *chromium) checkWidth(when string) {
	c.t.Helper()
	var size struct{ Content, Window int }
	c.eval(`({ content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth })`, &size)
	if size.Content > size.Window {
		var wide []string
		c.eval(`[...document.querySelectorAll("main *, header *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll, nav, pre")).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))`, &wide)
		c.t.Errorf("%s: the page is %d wide in a window of %d: %q", when, size.Content, size.Window, wide)
	}
}

func (c *chromium) shot(name string, whole bool) {
	if *shots == "" {
		return
	}
	var out struct{ Data string }
	c.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": whole}, &out)
	c.keep(name+".png", out.Data)
}

func (c *chromium) keep(name, encoded string) {
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name), content, 0o644); err != nil {
		c.t.Fatal(err)
	}
}

// pageFile writes a page of a run into a file.
func pageFile(t *testing.T) string {
	t.Helper()
	if *look != "" {
		return *look
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, written(t, crash(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPageInBrowser(t *testing.T) {
	c := startChromium(t)
	c.visit(pageFile(t), "", 5, c.switches)
}

// visit opens a page in every way that people may: light and dark, on a desk and a
// phone, printed; and tries what there is to press.
func (c *chromium) visit(path, name string, charts int, press func()) {
	c.t.Helper()
	c.prefer("light")
	c.open(path, 1280, 900)
	c.checkDrawn("light", charts)
	c.checkWidth("desktop")
	c.checkAxe("light")
	c.shot(name+"light", true)
	press()

	c.prefer("dark")
	c.checkDrawn("dark, by the system", charts)
	c.checkAxe("dark")
	c.shot(name+"dark", true)
	c.themes()
	c.prefer("light")

	c.open(path, 375, 800)
	c.checkDrawn("phone", charts)
	c.checkWidth("phone")
	c.checkAxe("phone")
	c.shot(name+"phone", true)
	c.print(name)
	for _, complaint := range c.complaints(path) {
		c.t.Error(complaint)
	}
}

// pressing gives a function that runs a script and demands that the canvas of a
// chart looks different afterwards.
func (c *chromium) pressing(kind string) func(what, script string) {
	picture := `document.querySelector("section:not([hidden]) figure[data-chart=` + kind + `] canvas").toDataURL()`
	return func(what, script string) {
		c.t.Helper()
		var before, after string
		c.eval(picture, &before)
		c.eval(script+"; 1", nil)
		c.settle()
		if c.eval(picture, &after); before == after {
			c.t.Errorf("%s changes nothing", what)
		}
	}
}

// switches presses what there is to press on the first chart of a run.
func (c *chromium) switches() {
	t := c.t
	t.Helper()
	press := c.pressing("vault")
	chart := `document.querySelector("figure[data-chart=vault]")`
	press("switching a series off", chart+`.querySelector(".chip").click()`)
	var pressed string
	if c.eval(chart+`.querySelector(".chip").getAttribute("aria-pressed")`, &pressed); pressed != "false" {
		t.Errorf("a series that is off is said to be pressed: %q", pressed)
	}
	press("switching it on", chart+`.querySelector(".chip").click()`)
	press("the logarithmic scale", chart+`.querySelector(".toggle").click()`)
	press("the linear scale", chart+`.querySelector(".toggle").click()`)
	press("zooming in", chart+`.querySelector("[aria-label='zoom in']").click()`)
	press("showing all", chart+`.querySelector("[aria-label='show all']").click()`)
	press("another view", `(() => { const s = `+chart+`.querySelector("select"); s.value = 1; s.dispatchEvent(new Event("change")); })()`)
	c.hover("vault")

	var moved, still string
	bars := `document.querySelector("figure[data-chart=ratios]")`
	c.eval(bars+`.querySelector("output").textContent`, &still)
	c.eval(`(() => { const i = `+bars+`.querySelector("input"); i.value = 3; i.dispatchEvent(new Event("input")); })(); 1`, nil)
	if c.eval(bars+`.querySelector("output").textContent`, &moved); moved == still {
		t.Error("the slider does not change the moment")
	}
	var open bool
	if c.eval(`(() => { const d = document.querySelector("[id^=worst] ~ details"); d.querySelector("summary").click(); return d.open && d.querySelectorAll("svg path.dot").length > 0; })()`, &open); !open {
		t.Error("a worst path does not open its timeline")
	}
}

// hover puts the mouse over a chart and gives the values that are read there.
func (c *chromium) hover(kind string) string {
	c.t.Helper()
	chart := `document.querySelector("section:not([hidden]) figure[data-chart=` + kind + `]")`
	var box struct{ X, Y float64 }
	c.eval(`(() => { const o = `+chart+`.querySelector(".u-over"); o.scrollIntoView({ block: "center" }); const r = o.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()`, &box)
	c.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": box.X, "y": box.Y}, nil)
	c.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": box.X + 3, "y": box.Y}, nil)
	c.settle()
	var tip string
	c.eval(`(`+chart+`.querySelector(".tip") || {}).textContent || ""`, &tip)
	if tip == "" {
		c.t.Error("hovering shows no values")
	}
	c.shot("hover-"+kind, false)
	return tip
}

// themes presses the button for light and dark, both ways.
func (c *chromium) themes() {
	c.t.Helper()
	var before, after, again string
	paper := `getComputedStyle(document.body).backgroundColor`
	c.eval(paper, &before)
	c.eval(`document.getElementById("theme").click(); `+paper, &after)
	c.eval(`document.getElementById("theme").click(); `+paper, &again)
	if before == after || before != again {
		c.t.Errorf("theme: %s, then %s, then %s", before, after, again)
	}
}

// print makes a PDF, of white paper whatever the theme.
func (c *chromium) print(name string) {
	c.t.Helper()
	c.prefer("dark")
	var out struct{ Data string }
	c.call("Page.printToPDF", map[string]any{"printBackground": true, "paperWidth": 8.27, "paperHeight": 11.69, "marginTop": 0.5, "marginBottom": 0.5, "marginLeft": 0.5, "marginRight": 0.5}, &out)
	if len(out.Data) < 50_000 {
		c.t.Errorf("the print has %d bytes", len(out.Data))
	}
	var theme json.RawMessage
	if c.eval(`document.documentElement.dataset.theme || ""`, &theme); string(theme) != `""` {
		c.t.Errorf("printing leaves the theme %s", theme)
	}
	if *shots != "" {
		c.keep(name+"print.pdf", out.Data)
	}
}

func TestHostileNamesInBrowser(t *testing.T) {
	c := startChromium(t)
	path := filepath.Join(t.TempDir(), "hostile.html")
	if err := os.WriteFile(path, written(t, hostile(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	c.open(path, 375, 800)
	c.checkDrawn("hostile", 5)
	c.checkWidth("hostile")
	var stolen bool
	if c.eval(`window.stolen === 1`, &stolen); stolen {
		t.Error("a name from the configuration ran as a script")
	}
	var before, after string
	c.eval(`document.querySelector("section:not([hidden])").dataset.cell`, &before)
	c.eval(`(() => { const s = document.getElementById("cell"); s.value = 1; s.dispatchEvent(new Event("change")); })(); document.querySelector("section:not([hidden])").dataset.cell`, &after)
	if before != "0" || after != "1" {
		t.Errorf("the picker goes from scenario %s to %s", before, after)
	}
	c.settle()
	c.checkDrawn("second scenario", 5)
	for _, complaint := range c.complaints(path) {
		t.Error(complaint)
	}
}
