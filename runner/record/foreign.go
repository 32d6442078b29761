package record

import (
	"fmt"
	"strings"
)

// ForeignError says that a folder holds files, folders or links that this program did not write, or that were changed since, under
// names that a command would write or remove. They stay as they are.
type ForeignError struct {
	Dir   string
	Files []ForeignFile
}

// ForeignFile is one of them.
type ForeignFile struct {
	Name   string // within the folder
	Reason string
}

// Error implements error: all of them at once.
func (e *ForeignError) Error() string {
	var list []string
	for _, f := range e.Files {
		list = append(list, fmt.Sprintf("%q (%s)", f.Name, f.Reason))
	}
	return fmt.Sprintf("%s holds what this program would have to replace or remove and must not: %s. It stays as it is: move it away, or choose another folder",
		e.Dir, strings.Join(list, ", "))
}

// Reasons for which a file is not replaced.
const (
	reasonForeign = "not written by this program"
	reasonChanged = "changed since this program wrote it"
	reasonLink    = "a link"
	reasonFolder  = "a folder"
	reasonSpecial = "not a plain file"
	reasonInput   = "an input of this command"
	reasonNoDir   = "not a folder"
)
