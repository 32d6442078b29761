package configs

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed *.yaml studies/*.yaml coverage/*.yaml
var presetFiles embed.FS

// PresetInfo names an embedded configuration and the question that it answers.
type PresetInfo struct {
	Name     string // of a study with its folder: studies/NAME
	Question string
}

// Presets are the embedded configurations, in order of their names.
func Presets() []PresetInfo {
	var all []PresetInfo
	must(fs.WalkDir(presetFiles, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := presetFiles.ReadFile(file)
		all = append(all, PresetInfo{Name: strings.TrimSuffix(file, ".yaml"), Question: headQuestion(content)})
		return err
	}))
	return all
}

// longestQuestion bounds what is taken for one.
const longestQuestion = 600

// headQuestion is the comment at the head of a file, up to the first empty line
// or line of dots.
func headQuestion(content []byte) string {
	var words []string
	for line := range strings.Lines(string(content)) {
		text, comment := strings.CutPrefix(strings.TrimSpace(line), "#")
		if text = strings.TrimSpace(text); !comment || text == "" {
			break
		}
		words = append(words, text)
	}
	question := strings.Join(words, " ")
	if len(question) > longestQuestion || !utf8.ValidString(question) || strings.ContainsFunc(question, unicode.IsControl) {
		return ""
	}
	return question
}

// presetAsking is the preset whose question this is, "" for none.
func presetAsking(question string) string {
	for _, p := range Presets() {
		if p.Question == question {
			return p.Name
		}
	}
	return ""
}

func isPresetText(name string, content []byte) bool {
	preset, err := Preset(name)
	return err == nil && bytes.Equal(preset, content)
}

func presetNames() []string {
	var names []string
	for _, p := range Presets() {
		names = append(names, p.Name)
	}
	return names
}

// Preset returns the text of an embedded configuration; the error names those that
// there are.
func Preset(name string) ([]byte, error) {
	content, err := presetFiles.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("preset %q: there is %s", name, oneOf(presetNames()))
	}
	return content, nil
}
