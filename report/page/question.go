package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"backtest/report"
	"backtest/runner/record"
)

// question is what was asked, for the template of that name.
type question struct {
	Facts     []fact
	Config    string // with all defaults
	ConfigCut bool   // there is more of it
}

type fact struct {
	Name, Value string
	Code        bool
}

// mostConfig is how much of a configuration a page shows.
const mostConfig = 256 << 10

// newQuestion tells what was asked; more are facts of a kind of page.
func newQuestion(m record.Manifest, a asked, confidence string, more ...fact) (question, error) {
	var config bytes.Buffer
	if err := json.Indent(&config, m.Configuration, "", "  "); err != nil {
		return question{}, fmt.Errorf("page: configuration: %w", err)
	}
	q := question{
		Config:    strings.ToValidUTF8(config.String()[:min(mostConfig, config.Len())], ""),
		ConfigCut: config.Len() > mostConfig,
	}
	list := append(more, fact{"Paths", report.Count(m.Paths), false}, fact{"Seed", strconv.FormatUint(m.Seed, 10), false},
		fact{"Start", string(a.Start), false}, fact{"Horizon", string(a.Horizon), false}, fact{"Step", string(a.Step), false},
		fact{"Intervals", confidence + " %", false}, fact{"Configuration SHA-256", m.ConfigSHA256, true})
	for _, in := range m.Inputs {
		list = append(list, fact{in.Name + " SHA-256", in.SHA256, true})
	}
	q.Facts = known(list)
	return q, nil
}

// runFacts tell of the program. When, where and how fast it ran is in the manifest alone: the page of one question is the same every time.
func runFacts(m record.Manifest) []fact {
	return known([]fact{{"Program", m.ProgramVersion, false}, {"Times, host, memory", record.ManifestName, true}})
}

// known leaves out facts without a value.
func known(list []fact) []fact {
	var out []fact
	for _, f := range list {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// percentText writes a confidence such as 95.
func percentText(confidence float64) string { return strconv.FormatFloat(100*confidence, 'g', 6, 64) }
