package history

import "strconv"

// span writes a length of time in the largest unit that divides it: 1d, 36h, 90s.
type span int64

// String implements fmt.Stringer.
func (s span) String() string {
	for _, u := range []struct {
		length int64
		name   string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}} {
		if n := int64(s); n != 0 && n%u.length == 0 {
			return strconv.FormatInt(n/u.length, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "s"
}
