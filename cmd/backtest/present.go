package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report"
	"backtest/report/figures"
	"backtest/report/page"
	"backtest/report/study"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// plotsDir is the folder of the pictures within that of a run.
const plotsDir = "plots"

// pageName is the page of a run, one file that opens offline.
const pageName = "report.html"

// derivedFiles are made from the records, and void when those are replaced.
var derivedFiles = []string{
	report.SummaryJSONName, report.SummaryMarkdownName, report.JUnitName, pageName, study.JSONName, study.ProposalName}

// outputFlags say where results go and how they are printed.
type outputFlags struct {
	out   string
	force bool
	json  bool
	svg   bool

	coverage string // folder of a coverage, whose verdict stands in the foot
}

func (f *outputFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", "", "`folder` of the results (default out/NAME)")
	flags.BoolVar(&f.force, "force", false, "replace the records that the folder holds")
	f.registerForms(cmd)
}

// registerForms adds the flags that say in which forms results come.
func (f *outputFlags) registerForms(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.json, "json", false, "print the summary as JSON instead of text")
	cmd.Flags().BoolVar(&f.svg, "svg", false, "write every plot as SVG too")
}

// registerCoverage adds the flag of reports that can carry a verdict on forecasts.
func (f *outputFlags) registerCoverage(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.coverage, "coverage", "", "`folder` of a backtest coverage, whose verdict stands in the foot of the report")
}

func (f *outputFlags) dir(env Env, usual string) string {
	if f.out == "" {
		return env.path(usual)
	}
	return env.path(f.out)
}

// present makes summary and pictures of the records in a folder, writes them
// there, prints the summary and judges the thresholds. Records of a study make
// the files of a study, which has no thresholds to be judged: its points are
// questions.
func present(ctx context.Context, t *teller, dir string, o outputFlags) error {
	if _, err := os.Lstat(filepath.Join(dir, record.ManifestName)); err != nil {
		if _, err = record.Open(dir); err != nil {
			return err // it tells an unfinished run from none
		}
	}
	verdict, err := o.verdict(t.env)
	if err != nil {
		return err
	}
	folder, err := checkedFolder(dir, nil, derivedNames(dir)...)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // the lock ends with the process at the latest
	if r, err := record.Open(dir); err == nil && r.Manifest().Study != nil {
		return presentStudy(ctx, t, dir, folder, o)
	}
	d, err := abandonable(ctx, func() (*report.Data, error) { return openReport(dir, verdict) })
	if err != nil {
		return err
	}
	t.tell(d.Notices())
	// The result first: pictures take longer than it.
	if err := printSummary(t.env, d, o.json); err != nil {
		return err
	}
	if _, err := written(ctx, folder, func() (*report.Data, []record.Content, error) { return reportFiles(d, o.svg) }); err != nil {
		return err
	}
	t.extra(annotate(t.env, d.Gates(), d.StepSummary()))
	return judge("thresholds are", d.Gates())
}

// written makes a report, which may be left behind when it is interrupted, and
// then writes its files.
func written[T any](ctx context.Context, folder *record.Folder, build func() (T, []record.Content, error)) (T, error) {
	var files []record.Content
	made, err := abandonable(ctx, func() (made T, err error) {
		var list []record.Content
		if made, list, err = build(); err == nil {
			files = list
		}
		return made, err
	})
	if err == nil {
		err = folder.Commit(record.OfReport, files)
	}
	return made, err
}

func openReport(dir, verdict string) (*report.Data, error) {
	r, err := record.Open(dir)
	if err != nil {
		return nil, err
	}
	d, err := loadReport(r)
	if err != nil {
		return nil, err
	}
	d.Coverage = verdict
	return d, nil
}

// reportFiles makes summaries, page and pictures.
func reportFiles(d *report.Data, svg bool) (*report.Data, []record.Content, error) {
	files, err := d.Files()
	if err != nil {
		return nil, nil, err
	}
	var content bytes.Buffer
	if err := page.Write(&content, d); err != nil {
		return nil, nil, err
	}
	files = append(files, record.Content{Name: pageName, Bytes: content.Bytes()})
	list, err := figures.All(d)
	if err != nil {
		return nil, nil, err
	}
	pictures, err := figures.Contents(plotsDir, list, svg)
	return d, append(files, pictures...), err
}

// loadReport measures records as their configuration asks.
func loadReport(r *record.Reader) (*report.Data, error) {
	o, err := reportOptions(r.Manifest().Configuration)
	if err != nil {
		return nil, &record.DamagedError{File: filepath.Join(r.Dir(), record.ManifestName), Reason: err.Error()}
	}
	return report.Load(r, o)
}

// reportOptions takes what a report needs from the configuration of a run. The
// files that it names need not be there any more, so that it is not validated
// again.
func reportOptions(configuration json.RawMessage) (report.Options, error) {
	var c struct {
		Confidence json.RawMessage
		Thresholds []struct{ Expression, On, Severity string }
	}
	if err := json.Unmarshal(configuration, &c); err != nil {
		return report.Options{}, fmt.Errorf("configuration: %w", err)
	}
	o := report.Options{}
	if len(c.Confidence) > 0 {
		text := string(c.Confidence)
		_ = json.Unmarshal(c.Confidence, &text) // a bare number stays as it is
		confidence, err := configs.ParseRatio(text)
		if err != nil {
			return o, fmt.Errorf("configuration: confidence: %w", err)
		}
		o.Confidence = confidence.Float64()
	}
	for _, rule := range c.Thresholds {
		t, err := threshold.ParseRule(threshold.Rule{Expr: rule.Expression, On: rule.On, Severity: rule.Severity})
		if err != nil {
			return o, fmt.Errorf("configuration: thresholds: %w", err)
		}
		o.Thresholds = append(o.Thresholds, t)
	}
	return o, nil
}

func printSummary(env Env, d *report.Data, asJSON bool) error {
	if !asJSON {
		return d.WriteText(env.Stdout, report.Style{Colour: env.colour(env.StdoutTerminal)})
	}
	text, err := d.Summary().JSON()
	if err != nil {
		return err
	}
	out := printer{w: env.Stdout}
	out.printf("%s", text)
	return out.err
}

// annotate tells gates to GitHub Actions where the program runs there.
func annotate(env Env, gates []report.Gate, summary string) error {
	if env.lookup("GITHUB_ACTIONS") != "true" {
		return nil
	}
	if err := report.WriteAnnotations(env.Stderr, gates); err != nil {
		return err
	}
	name := env.lookup("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(env.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("step summary: %w", err)
	}
	_, err = f.WriteString(summary)
	return errors.Join(err, f.Close())
}

// judge gives a gateError when a gate failed.
func judge(what string, gates []report.Gate) error {
	failed := 0
	for _, g := range gates {
		if g.Failed {
			failed++
		}
	}
	if failed == 0 {
		return nil
	}
	return &gateError{fmt.Sprintf("%d of %d %s not kept", failed, len(gates), what)}
}

// inputFolder makes it an invalid input that a folder of records is not there,
// or its run not finished.
func inputFolder(err error) error {
	var unfinished *record.UnfinishedError
	var missing *fs.PathError
	switch {
	case errors.As(err, &unfinished):
		return unfinished
	case errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) && filepath.Base(missing.Path) == record.ManifestName:
		return badInput("%s holds no run: there is no %s", filepath.Dir(missing.Path), record.ManifestName)
	}
	return err
}

// asPlain keeps what an error says and forgets what it means for the exit
// code.
func asPlain(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(err.Error())
}
