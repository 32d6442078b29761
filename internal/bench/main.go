package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	rounds := flag.Int("rounds", 7, "how often each contestant is measured; medians are printed")
	configuration := flag.String("configs", "configs/bench", "folder of the standard world's configurations")
	only := flag.String("only", "", "measure the groups whose names begin so, such as \"watch, whole\"")
	form := flag.String("form", "table", "table, or benchstat for lines that benchstat reads")
	preset := flag.String("presets", "", "measure nothing but the presets whose names begin so; - for none, all for all")
	flag.Parse()
	if err := measurePresets(*preset, *form == "table" && *only == ""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *preset != "" && *preset != "-" {
		return
	}
	list, err := contestants(*configuration)
	list = slices.DeleteFunc(list, func(c *contestant) bool { return !strings.HasPrefix(c.group, *only) })
	if err == nil {
		measure(list, *rounds)
		removePrograms()
		if *form == "benchstat" {
			benchstat(list)
		} else {
			table(list)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measurePresets measures the presets that were asked for, all when none were
// and whole is set.
func measurePresets(asked string, whole bool) error {
	switch {
	case asked == "-" || asked == "" && !whole:
		return nil
	case asked == "all":
		asked = ""
	}
	return presets(asked)
}

// contestant does some work and tells what a unit of it cost.
type contestant struct {
	group, name string
	unit        string
	reference   bool // what the others of the group are compared with
	run         func() (ns float64, err error)
	ns          []float64
	err         error
}

// measure lets the contestants take turns.
func measure(list []*contestant, rounds int) {
	for range rounds {
		for _, c := range list {
			if c.err != nil {
				continue
			}
			ns, err := c.run()
			if c.err = err; err == nil {
				c.ns = append(c.ns, ns)
			}
		}
	}
}

func (c *contestant) median() float64 {
	if len(c.ns) == 0 {
		return 0
	}
	return median(c.ns)
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func table(list []*contestant) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tns\tleast\tmost\tratio\t")
	group, reference := "", 0.0
	for _, c := range list {
		if c.group != group {
			group, reference = c.group, 0
			for _, r := range list {
				if r.group == group && r.reference {
					reference = r.median()
				}
			}
			fmt.Fprintf(w, "%s, ns a %s\t\t\t\t\t\n", group, c.unit)
		}
		if c.err != nil {
			fmt.Fprintf(w, "%s\t%v\t\t\t\t\n", c.name, c.err)
			continue
		}
		ratio := "-"
		if reference > 0 {
			ratio = fmt.Sprintf("%.2f", c.median()/reference)
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%s\t\n", c.name, c.median(), slices.Min(c.ns), slices.Max(c.ns), ratio)
	}
	_ = w.Flush() // to the terminal
}

// benchstat prints a line for each measurement, in the form of Go benchmarks.
func benchstat(list []*contestant) {
	word := strings.NewReplacer(", ", "/", " ", "_", "+", "and")
	for _, c := range list {
		for _, ns := range c.ns {
			fmt.Printf("Benchmark/%s/%s 1 %.2f ns/%s\n", word.Replace(c.group), word.Replace(c.name), ns, c.unit)
		}
	}
}
