package calibrate

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Fragment renders the fit as a fragment of the configuration of prices: the
// process of an asset under its keys, each with its standard error, headed by the
// file, its sha256, the range of dates and the method. For regime and bootstrap the
// block that belongs to them (regimes, history) follows.
func (r *Result) Fragment() (string, error) {
	process, root := mapping(), mapping()
	addText(process, "kind", r.Model)
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "process", HeadComment: r.heading()}, process)
	switch r.Model {
	case "regime":
		r.addRegimes(process, root)
	case "bootstrap":
		r.addHistory(root)
	default:
		r.addParams(process)
	}
	r.addUncertainty(process)
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return "", fmt.Errorf("fragment of %s: %w", r.Asset, err)
	}
	return out.String(), nil
}

// heading tells where the figures come from. Names are quoted, since they come
// from untrusted files and must not end the comment.
func (r *Result) heading() string {
	lines := []string{
		fmt.Sprintf("%s of %q, %d log returns of %d s", r.Model, r.Asset, r.N, r.StepSeconds),
		"from " + date(r.series.First) + " to " + date(r.series.Last) + " (bar opens, UTC)",
	}
	if r.series.File != "" {
		lines = append(lines, fmt.Sprintf("file %q, sha256 %s", filepath.Base(r.series.File), r.series.SHA256))
	}
	for _, c := range r.Changes {
		lines = append(lines, "history: "+c)
	}
	lines = append(lines, r.Method, fmt.Sprintf("log likelihood %.2f, AIC %.1f, BIC %.1f", r.LogLikelihood, r.AIC, r.BIC))
	if r.Model != "bootstrap" {
		lines = append(lines, fmt.Sprintf("fit: Kolmogorov-Smirnov distance %.3g (p = %.2g), Anderson-Darling %.3g", r.Goodness.KolmogorovSmirnov, r.Goodness.KSPValue, r.Goodness.AndersonDarling))
	}
	for _, w := range r.Warnings {
		lines = append(lines, "warning: "+w.String())
	}
	return strings.Join(lines, "\n")
}

func date(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

// addParams adds all parameters; the variance of heston begins at its long-run mean.
func (r *Result) addParams(process *yaml.Node) {
	for _, p := range r.Params {
		if p.Key == "long_variance" {
			addParam(process, "initial_variance", Param{Estimate: p.Estimate})
		}
		addParam(process, p.Key, p)
	}
}

// addUncertainty adds the covariance of the estimates as data, from which
// prices.parameter_uncertainty draws. Parameters at a bound have none, and how long
// regimes last belongs to the market and not to an asset.
func (r *Result) addUncertainty(process *yaml.Node) {
	var keys []string
	var at []int
	for i, p := range r.Params {
		if p.StdErr != nil && r.Covariance != nil && !strings.HasPrefix(p.Key, "transition.") {
			keys, at = append(keys, configKey(p.Key)), append(at, i)
		}
	}
	if len(keys) == 0 {
		return
	}
	names, rows := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}, &yaml.Node{Kind: yaml.SequenceNode}
	for n, i := range at {
		name := &yaml.Node{}
		name.SetString(keys[n])
		names.Content = append(names.Content, name)
		row := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, j := range at {
			row.Content = append(row.Content, scalar(strconv.FormatFloat(r.Covariance[i][j], 'g', 6, 64)))
		}
		rows.Content = append(rows.Content, row)
	}
	uncertainty := mapping()
	uncertainty.Content = append(uncertainty.Content, scalar("parameters"), names, scalar("covariance"), rows)
	process.Content = append(process.Content, scalar("uncertainty"), uncertainty)
}

// configKey is the key of a parameter in the section of its process.
func configKey(key string) string {
	if rest, ok := strings.CutPrefix(key, "states."); ok {
		state, name, _ := strings.Cut(rest, ".")
		return "states[" + state + "]." + name
	}
	return key
}

// addRegimes nests the flat parameters: the states of the process, and how long
// the market stays in each, which for two states is the whole chain. Where there
// are more, the way out of each is told in a comment.
func (r *Result) addRegimes(process, root *yaml.Node) {
	states, stays := &yaml.Node{Kind: yaml.SequenceNode}, &yaml.Node{Kind: yaml.SequenceNode}
	n := r.states()
	for i := range n {
		state := mapping()
		leave, ways := 0.0, ""
		for _, p := range r.Params {
			if key, ok := strings.CutPrefix(p.Key, fmt.Sprintf("states.%d.", i)); ok {
				addParam(state, key, p)
			}
			if to, ok := strings.CutPrefix(p.Key, fmt.Sprintf("transition.%d.", i)); ok {
				leave += p.Estimate
				ways += fmt.Sprintf(", to state %s with probability %s a step", to, figure(p.Estimate))
			}
		}
		stay := &yaml.Node{}
		stay.SetString(seconds(float64(r.StepSeconds) / leave))
		stay.LineComment = fmt.Sprintf("from state %d%s", i, ways)
		states.Content, stays.Content = append(states.Content, state), append(stays.Content, stay)
	}
	process.Content = append(process.Content, scalar("states"), states)
	regimes := mapping()
	regimes.Content = append(regimes.Content, scalar("mean_durations"), stays)
	root.Content = append(root.Content, scalar("regimes"), regimes)
}

// states counts the regimes: each has a drift, a volatility and n-1 ways out.
func (r *Result) states() int {
	n := 0
	for !math.IsNaN(r.Param(fmt.Sprintf("states.%d.annual_volatility", n))) {
		n++
	}
	return n
}

// addHistory adds what the bootstrap draws from and its mean block.
func (r *Result) addHistory(root *yaml.Node) {
	history, files := mapping(), &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	file := &yaml.Node{}
	file.SetString(r.series.File)
	files.Content = append(files.Content, file)
	history.Content = append(history.Content, scalar("files"), files)
	addText(history, "mode", "bootstrap")
	addText(history, "from", date(r.series.First))
	addText(history, "to", date(r.series.Last))
	addText(history, "mean_block", seconds(r.Param("mean_block_steps")*float64(r.StepSeconds)))
	root.Content = append(root.Content, scalar("history"), history)
}

// seconds is a duration of the configuration.
func seconds(v float64) string { return strconv.FormatInt(int64(math.Round(v)), 10) + "s" }

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func scalar(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// addText adds a value that stays text whatever it looks like.
func addText(to *yaml.Node, key, value string) {
	node := &yaml.Node{}
	node.SetString(value)
	to.Content = append(to.Content, scalar(key), node)
}

func addParam(to *yaml.Node, key string, p Param) {
	value := scalar(figure(p.Estimate))
	if p.StdErr != nil {
		value.LineComment = "± " + strconv.FormatFloat(*p.StdErr, 'g', 2, 64)
		if p.Low != nil {
			value.LineComment += fmt.Sprintf(", 95 %% [%s, %s]", strconv.FormatFloat(*p.Low, 'g', 3, 64), strconv.FormatFloat(*p.High, 'g', 3, 64))
		}
	}
	to.Content = append(to.Content, scalar(key), value)
}

// figure writes six digits: more than any sample tells, and the same on every
// processor.
func figure(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
