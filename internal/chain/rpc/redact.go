package rpc

import (
	"net/url"
	"slices"
	"strings"
)

// hidden stands for a part of the URL in what a node wrote.
const hidden = "…"

// leastSecret is the length from which a part of the URL may be a key.
const leastSecret = 4

// secrets returns the parts of a URL that must not appear anywhere: user and
// password, the segments of the path, the query and the fragment, as they are
// spelled and as they read; the longest first.
func secrets(u *url.URL) []string {
	var list []string
	add := func(parts ...string) {
		for _, p := range parts {
			if len(p) >= leastSecret {
				list = append(list, p)
			}
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		add(u.User.String(), u.User.Username(), password)
	}
	add(u.RawQuery, u.Fragment, u.EscapedPath())
	for _, p := range strings.Split(u.EscapedPath(), "/") {
		plain, _ := url.PathUnescape(p)
		add(p, plain)
	}
	for _, values := range u.Query() {
		add(values...)
		for _, v := range values {
			add(url.QueryEscape(v))
		}
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(list)
}

// redact returns a short text of a node without the secrets.
func (c *Client) redact(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, hidden)
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	const most = 200
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + hidden
	}
	return strings.TrimSpace(text)
}
