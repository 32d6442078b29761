package rpc

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Kind tells what is wrong with a node or its answers.
type Kind string

// The kinds of faults.
const (
	BadURL       Kind = "the URL cannot be used"
	NoNode       Kind = "this is not a node"
	Unreachable  Kind = "the node cannot be reached"
	BadTLS       Kind = "the node's certificate cannot be trusted"
	Refused      Kind = "the node refuses access"
	Redirected   Kind = "the node redirects elsewhere"
	Malformed    Kind = "the node's answer cannot be understood"
	WrongID      Kind = "the node answered another question than was asked"
	RateLimited  Kind = "the node's rate limit"
	TooLarge     Kind = "the node's answer is too large"
	TooSlow      Kind = "the node does not answer in time"
	Failing      Kind = "the node fails"
	Pruned       Kind = "the node has no state of that block"
	UnknownBlock Kind = "the node does not know that block"
	Reorganised  Kind = "the block was reorganised"
	Offline      Kind = "the answer was never kept and no node was given"
	Limit        Kind = "the limit of requests"
	Unsupported  Kind = "the node does not offer this"
)

// Fault is an error of a node. Its text holds nothing of the node's URL.
type Fault struct {
	Kind   Kind
	Detail string
}

func (f *Fault) Error() string {
	if f.Detail == "" {
		return string(f.Kind)
	}
	return fmt.Sprintf("%s: %s", f.Kind, f.Detail)
}

func fault(k Kind, format string, args ...any) *Fault {
	return &Fault{k, fmt.Sprintf(format, args...)}
}

// IsKind reports whether an error is a fault of one of the kinds.
func IsKind(err error, kinds ...Kind) bool {
	var f *Fault
	if !errors.As(err, &f) {
		return false
	}
	for _, k := range kinds {
		if f.Kind == k {
			return true
		}
	}
	return false
}

// passing are the kinds that may be gone when one asks again.
func passing(err error) bool {
	return IsKind(err, Unreachable, RateLimited, TooSlow, Failing, Malformed, WrongID)
}

// shrinking are the kinds that a smaller question may avoid.
func shrinking(err error) bool { return IsKind(err, TooLarge, TooSlow) }

// phrases tell a kind by what nodes and gateways write.
var phrases = []struct {
	kind Kind
	any  []string
}{
	{Pruned, []string{"missing trie node", "pruned", "state not available", "state is not available", "historical state", "no state available",
		"archive", "state histories", "distance to target block exceeds", "old data not available", "state already discarded"}},
	{UnknownBlock, []string{"header not found", "unknown block", "block not found", "cannot query unfinalized", "header for hash not found",
		"could not find block", "block is out of range", "after last accepted block"}},
	{RateLimited, []string{"rate limit", "too many requests", "compute units per second", "request rate", "exceeded its", "capacity exceeded",
		"daily request count", "throttle", "quota"}},
	{Refused, []string{"unauthorized", "forbidden", "api key", "apikey", "invalid project id", "must be authenticated", "access denied"}},
	{TooSlow, []string{"timeout", "timed out", "deadline exceeded", "took too long"}},
	{TooLarge, []string{"response size", "response is too big", "too large", "too big"}},
}

// classify tells what an error that a node spelled means; ok is false for what
// it does not know.
func classify(message string) (k Kind, ok bool) {
	m := strings.ToLower(message)
	for _, p := range phrases {
		for _, text := range p.any {
			if strings.Contains(m, text) {
				return p.kind, true
			}
		}
	}
	return "", false
}

// ofStatus tells what an HTTP status means, nil for one that carries an answer.
func ofStatus(code int, detail string) *Fault {
	switch {
	case code == http.StatusOK:
		return nil
	case code == http.StatusTooManyRequests:
		return fault(RateLimited, "HTTP 429")
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusPaymentRequired:
		return fault(Refused, "HTTP %d%s", code, detail)
	case code == http.StatusRequestEntityTooLarge:
		return fault(TooLarge, "HTTP 413, the question is too large")
	case code == http.StatusRequestTimeout, code == http.StatusGatewayTimeout:
		return fault(TooSlow, "HTTP %d", code)
	case code >= 500:
		return fault(Failing, "HTTP %d%s", code, detail)
	case code >= 300 && code < 400:
		return fault(Redirected, "HTTP %d; give the URL that answers", code)
	default:
		return fault(NoNode, "it answers HTTP %d%s", code, detail)
	}
}
