package chaos

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damage alters the content of a file.
type damage struct {
	name string
	do   func(r *rand.Rand, content, other []byte) []byte
}

var damages = []damage{
	{"empty", func(*rand.Rand, []byte, []byte) []byte { return nil }},
	{"truncated", func(r *rand.Rand, c, _ []byte) []byte { return c[:r.IntN(len(c))] }},
	{"without its end", func(_ *rand.Rand, c, _ []byte) []byte { return c[:len(c)-8] }},
	{"a bit flipped", func(r *rand.Rand, c, _ []byte) []byte {
		c = bytes.Clone(c)
		c[r.IntN(len(c))] ^= 1 << r.IntN(8)
		return c
	}},
	{"a file of another table", func(_ *rand.Rand, _, other []byte) []byte { return other }},
	{"something appended", func(_ *rand.Rand, c, _ []byte) []byte { return append(bytes.Clone(c), 0) }},
	{"of another version", func(_ *rand.Rand, c, _ []byte) []byte {
		return bytes.Replace(c, []byte(`"format_version": 2`), []byte(`"format_version": 3`), 1)
	}},
}

// TestDamagedRecords gives every command that reads records damaged ones: it
// must name the file, and print no figure.
func TestDamagedRecords(t *testing.T) {
	root := t.TempDir()
	run, shards := filepath.Join(root, "run"), []string{filepath.Join(root, "1"), filepath.Join(root, "2")}
	tiny := []string{"--paths", "130", "--set", "horizon=1d"}
	start(t, small(run, tiny...)...).wants(t, exitDone)
	for i, dir := range shards {
		start(t, small(dir, append(tiny, "--shard", []string{"1/2", "2/2"}[i])...)...).wants(t, exitDone)
	}
	readers := []reader{
		{run, []string{"report", run}},
		{run, []string{"compare", run, run}},
		{run, []string{"trace", run, "--path", "1"}},
		{shards[1], []string{"merge", shards[0], shards[1], "--out", filepath.Join(root, "merged")}},
	}
	r := rand.New(rand.NewPCG(*seed, 2))
	for _, reader := range readers {
		for _, name := range []string{"manifest.json", "paths.arrow", "events.arrow", "cratio.arrow", "series.arrow", "blocks/00000001.block"} {
			if _, err := os.Stat(filepath.Join(reader.dir, name)); err == nil {
				reader.refuses(t, r, name)
			}
		}
	}
}

// reader is a command that reads the records in a folder.
type reader struct {
	dir  string
	args []string
}

func (c reader) refuses(t *testing.T, r *rand.Rand, name string) {
	t.Helper()
	path := filepath.Join(c.dir, name)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(filepath.Join(c.dir, "series.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range damages {
		altered := d.do(r, content, other)
		if bytes.Equal(altered, content) {
			continue
		}
		if err := os.WriteFile(path, altered, 0o644); err != nil {
			t.Fatal(err)
		}
		p := start(t, c.args...)
		code, said := p.end(t), p.stderr.String()
		told := strings.Contains(said, "damaged") || strings.Contains(said, "version of this program") // one bit makes another version
		if code != exitInput || !strings.Contains(said, filepath.Base(name)) || !told || p.stdout.Len() > 0 {
			t.Errorf("seed %d: %s, %s %s: exit %d, stdout %q\n%s", *seed, p, name, d.name, code, p.stdout.String(), said)
		}
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
