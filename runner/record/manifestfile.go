package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
)

const manifestMaxBytes = 1 << 28

// sealedManifest is the file: the manifest and, last, the SHA-256 of the file with that value empty.
type sealedManifest struct {
	Manifest
	SHA256 string `json:"manifest_sha256"`
}

func marshalIndented(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return out.Bytes(), err
}

func (m sealedManifest) sum() (string, error) {
	m.SHA256 = ""
	content, err := marshalIndented(m)
	return sumOf(content), err
}

func encodeManifest(m Manifest) ([]byte, error) {
	sealed := sealedManifest{Manifest: m}
	sum, err := sealed.sum()
	if err != nil {
		return nil, fmt.Errorf("record: manifest: %w", err)
	}
	sealed.SHA256 = sum
	return marshalIndented(sealed)
}

// decodeManifest verifies and reads a manifest; name is for messages.
func decodeManifest(name string, content []byte) (Manifest, error) {
	var version struct {
		FormatVersion *int `json:"format_version"`
	}
	if err := json.Unmarshal(content, &version); err != nil {
		return Manifest{}, &DamagedError{File: name, Reason: err.Error()}
	}
	if version.FormatVersion == nil {
		return Manifest{}, &DamagedError{File: name, Reason: "not a manifest of this program"}
	}
	if *version.FormatVersion != FormatVersion {
		return Manifest{}, &VersionError{File: name, Version: *version.FormatVersion}
	}
	var sealed sealedManifest
	if err := errors.Join(json.Unmarshal(content, &sealed), sealed.Shard.check(), sealed.Plan.check()); err != nil {
		return Manifest{}, &DamagedError{File: name, Reason: err.Error()}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, sealed.Configuration); err == nil {
		sealed.Configuration = compact.Bytes()
	}
	// The checksum is that of what was read, the bytes may still differ: in the case of a key, for instance.
	again, err := marshalIndented(sealed)
	if sum, sumErr := sealed.sum(); err != nil || sumErr != nil || sum != sealed.SHA256 || !bytes.Equal(again, content) {
		return Manifest{}, &DamagedError{File: name, Reason: "checksum does not match (altered)"}
	}
	sealed.Columns = completed(sealed.Columns)
	return sealed.Manifest, nil
}

func readManifest(fsys FS, dir string) (Manifest, error) {
	name := filepath.Join(dir, ManifestName)
	content, err := readWhole(fsys, name, manifestMaxBytes)
	if err != nil {
		return Manifest{}, err
	}
	return decodeManifest(name, content)
}

// manifestNames lists what the manifest of a folder names, itself among them, whatever the version: nothing if it is not one of this
// program.
func manifestNames(fsys FS, dir string) []string {
	if info, err := fsys.Lstat(filepath.Join(dir, ManifestName)); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	text, err := readWhole(fsys, filepath.Join(dir, ManifestName), manifestMaxBytes)
	if err != nil {
		return nil
	}
	var m struct {
		FormatVersion int         `json:"format_version"`
		Files         []FileEntry `json:"files"`
		Blocks        []FileEntry `json:"blocks"`
		SHA256        string      `json:"manifest_sha256"`
	}
	if json.Unmarshal(text, &m) != nil || m.FormatVersion < 1 || len(m.SHA256) != 64 || len(m.Files) == 0 {
		return nil
	}
	names := []string{ManifestName}
	for _, e := range append(m.Files, m.Blocks...) {
		names = append(names, e.Name)
	}
	return names
}
