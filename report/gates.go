package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"backtest/report/threshold"
)

// Gate is a machine-readable verdict: a threshold of a run or a drift gate of a
// comparison.
type Gate struct {
	Name     string // the condition as it was written
	Where    string // scenario and point
	Failed   bool   // decides for exit code 99
	Warned   bool   // not satisfied, but only a warning
	Verdict  string // pass, breach, inconclusive, for people
	Evidence string // estimate and interval
}

// Gates gives the thresholds of the run as gates.
func (d *Data) Gates() []Gate {
	var out []Gate
	for _, r := range d.Thresholds {
		out = append(out, Gate{
			Name: r.Threshold.String(), Where: d.where(r), Failed: r.Failed(),
			Warned: !r.Satisfied && r.Threshold.Severity == threshold.Warn, Verdict: status(r.Result),
			Evidence: fmt.Sprintf("%s %s, n %s, on %s", Format(r.Estimate.Value, r.Unit), Interval(r.Estimate, r.Unit), Count(r.Estimate.N), r.Threshold.On),
		})
	}
	return out
}

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// kindOfFailure tells a gate that is broken from one that too few paths leave open.
func kindOfFailure(g Gate) string {
	if strings.HasPrefix(g.Verdict, string(threshold.Inconclusive)) {
		return string(threshold.Inconclusive)
	}
	return string(threshold.Breach)
}

// WriteJUnit writes junit.xml: one test case a gate. A warning passes and says
// so in its output.
func WriteJUnit(w io.Writer, suite string, gates []Gate) error {
	out := junitSuites{Tests: len(gates), Suite: junitSuite{Name: suite, Tests: len(gates)}}
	for _, g := range gates {
		c := junitCase{Class: suite + "." + g.Where, Name: g.Name, Output: g.Verdict + ": " + g.Evidence}
		if g.Failed {
			out.Failures++
			c.Failure = &junitFailure{Message: g.Name + ": " + g.Verdict, Type: kindOfFailure(g), Text: g.Evidence}
		}
		out.Suite.Cases = append(out.Suite.Cases, c)
	}
	out.Suite.Failures = out.Failures
	data, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("report: junit: %w", err)
	}
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}

// WriteAnnotations writes a GitHub workflow command for every gate that was
// not satisfied.
func WriteAnnotations(w io.Writer, gates []Gate) error {
	for _, g := range gates {
		level := "notice"
		switch {
		case g.Failed:
			level = "error"
		case g.Warned:
			level = "warning"
		case g.Verdict == string(threshold.Pass):
			continue
		}
		if _, err := fmt.Fprintf(w, "::%s title=%s::%s\n", level, commandProperty(g.Name), commandData(g.Verdict+" in "+g.Where+": "+g.Evidence)); err != nil {
			return err
		}
	}
	return nil
}

// EscapeCommand escapes the message of a workflow command.
func EscapeCommand(text string) string { return commandData(text) }

// commandData escapes the message of a workflow command.
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// commandProperty escapes a property of a workflow command.
func commandProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}

// StepSummary gives the Markdown for $GITHUB_STEP_SUMMARY: the verdict and the
// headline.
func (d *Data) StepSummary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s, seed %d.\n", EscapeMarkdown(d.Title()), d.Scope(), d.Manifest.Seed)
	if len(d.Thresholds) > 0 {
		fmt.Fprintf(&b, "\n### Thresholds: %s\n\n%s", d.Verdict(), d.thresholdTable())
	}
	b.WriteString(noticeList("### Warnings", d.Notices()))
	for _, c := range d.Cells {
		fmt.Fprintf(&b, "\n### %s\n\n%s", EscapeMarkdown(c.Label()), measureTable(c.Headline(), c.confidence).markdown())
	}
	return b.String()
}
