package configs

import (
	"path"
	"strings"
	"testing"
)

func TestPresets(t *testing.T) {
	names := map[string]bool{}
	for _, preset := range Presets() {
		names[preset.Name] = true
		if !strings.HasSuffix(preset.Question, "?") || len(preset.Question) < 40 {
			t.Errorf("%s does not begin with a question: %q", preset.Name, preset.Question)
		}
		loaded := mustLoad(t, Source{Preset: preset.Name})
		if loaded.Config.Name != path.Base(preset.Name) {
			t.Errorf("preset %s is named %s", preset.Name, loaded.Config.Name)
		}
	}
	if !names["quickstart"] || !names["black-thursday"] {
		t.Errorf("presets are %v", names)
	}
}

func TestQuickstartShape(t *testing.T) {
	c := mustLoad(t, Source{Preset: "quickstart"}).Config
	if len(c.Pools) != 2 || len(c.Markets) != 3 || c.Paths != 1000 || c.Horizon.Plain() != "30d" || c.Step.Plain() != "1h" {
		t.Errorf("quickstart is not two pools, three markets, 1,000 paths of 30 days by the hour")
	}
	var collaterals []string
	for _, ct := range c.Collaterals {
		collaterals = append(collaterals, ct.ID)
	}
	if strings.Join(collaterals, " ") != "SNX ETH" {
		t.Errorf("collaterals are %v", collaterals)
	}
}

func TestUnknownPreset(t *testing.T) {
	_, err := Load(Source{Preset: "quikstart"})
	if err == nil || !strings.Contains(err.Error(), "did you mean quickstart?") {
		t.Errorf("error is %v", err)
	}
	for _, name := range []string{"../configs/quickstart", "", "/quickstart"} {
		if _, err := Preset(name); err == nil || !strings.Contains(err.Error(), "quickstart") {
			t.Errorf("preset %q: %v", name, err)
		}
	}
}

// Black Thursday takes recorded prices in place of the sample.
func TestBlackThursdayTakesFiles(t *testing.T) {
	loaded := mustLoad(t, Source{Preset: "black-thursday"})
	if len(loaded.Inputs) != 2 || loaded.Inputs[0].Path != "sample:BTC" || loaded.Inputs[0].SHA256 == loaded.Inputs[1].SHA256 {
		t.Errorf("inputs are %+v", loaded.Inputs)
	}
	file := t.TempDir() + "/prices.csv"
	write(t, file, "timestamp_unix,BTC,ETH\n0,1,1\n")
	given := mustLoad(t, Source{Preset: "black-thursday", Sets: []string{"prices.history.files=[" + file + "]"}})
	if len(given.Inputs) != 1 || given.Inputs[0].Path != file || given.SHA256 == loaded.SHA256 {
		t.Errorf("inputs are %+v", given.Inputs)
	}
}
