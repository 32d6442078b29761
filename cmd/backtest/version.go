package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version is set by releases: -ldflags "-X main.version=v1.2.3".
var version string

func versionCommand(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  need(0, 0, "no arguments"),
		RunE: action(func(context.Context, []string) error {
			p := printer{w: env.Stdout}
			p.printf("%s\n", versionText())
			return p.err
		}),
	}
}

// versionText names the program, the compiler and the platform.
func versionText() string {
	return fmt.Sprintf("backtest %s %s %s/%s", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// programVersion is the version of this program.
func programVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(version, info)
}

// recordedVersion is what a run records of the program that made it: its
// version, with a digest of the program where others may bear the same.
func recordedVersion() string {
	v := programVersion()
	if !strings.HasPrefix(v, unknownVersion) && !strings.HasSuffix(v, "-dirty") {
		return v
	}
	name, err := os.Executable()
	if err != nil {
		return v
	}
	program, err := os.Open(name)
	if err != nil {
		return v
	}
	defer program.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, program); err != nil {
		return v
	}
	return fmt.Sprintf("%s (%.6x)", v, sum.Sum(nil))
}

// unknownVersion begins the version of what was built from anything but a
// commit.
const unknownVersion = "devel"

// versionOf prefers the version of a release, then the module's (go install
// sets it), then the commit.
func versionOf(release string, info *debug.BuildInfo) string {
	switch {
	case release != "":
		return release
	case info == nil:
		return unknownVersion
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return unknownVersion
	}
	text := unknownVersion + "-" + revision[:min(12, len(revision))]
	if settings["vcs.modified"] == "true" {
		text += "+modified"
	}
	return text
}
