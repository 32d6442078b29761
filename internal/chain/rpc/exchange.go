package rpc

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// question and reply are JSON-RPC's envelope.
type question struct {
	Version string          `json:"jsonrpc"`
	ID      uint64          `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type reply struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Err    *NodeError      `json:"error"`
}

// exchange sends calls in one HTTP request and returns their answers in order.
// An answer may hold an error of any sort; a fault concerns the whole request.
// after is how long the node wants to be left alone.
func (c *Client) exchange(ctx context.Context, calls []Call) (answers []Answer, after time.Duration, err error) {
	first := c.ids.Add(uint64(len(calls))) - uint64(len(calls)) + 1
	questions := make([]question, len(calls))
	for i, call := range calls {
		questions[i] = question{"2.0", first + uint64(i), call.Method, json.RawMessage(call.Params)}
	}
	var body []byte
	if len(calls) == 1 {
		// Some nodes answer no arrays at all.
		body, err = json.Marshal(questions[0])
	} else {
		body, err = json.Marshal(questions)
	}
	if err != nil {
		return nil, 0, err
	}
	text, after, err := c.post(ctx, body)
	if err != nil {
		return nil, after, err
	}
	answers, err = c.understand(text, first, len(calls))
	return answers, 0, err
}

// post sends a body and returns what came back.
func (c *Client) post(ctx context.Context, body []byte) (text []byte, after time.Duration, err error) {
	within, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(within, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, 0, fault(BadURL, "")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "backtest")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, 0, c.unreachable(ctx, err)
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, c.options.MaxAnswer+1))
	switch {
	case err != nil:
		return nil, 0, c.unreachable(ctx, err)
	case int64(len(text)) > c.options.MaxAnswer:
		return nil, 0, fault(TooLarge, "more than %d bytes", c.options.MaxAnswer)
	}
	if f := ofStatus(response.StatusCode, c.detail(text)); f != nil {
		return nil, retryAfter(response.Header), f
	}
	return text, 0, nil
}

// detail returns what a node wrote beside an HTTP status.
func (c *Client) detail(text []byte) string {
	var wrapped struct {
		Err *NodeError `json:"error"`
	}
	if json.Unmarshal(text, &wrapped) == nil && wrapped.Err != nil && wrapped.Err.Message != "" {
		return ": " + c.redact(wrapped.Err.Message)
	}
	return ""
}

// unreachable tells a connection's fault. The errors of net/http spell the URL
// out; what is inside of them may hold the host's name and no more.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &name):
		return fault(BadTLS, "")
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return fault(BadTLS, "it does not speak TLS; is the URL to begin with http:// ?")
	case errors.As(err, &dns):
		return fault(Unreachable, "its name cannot be resolved")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fault(TooSlow, "%v passed", c.options.Timeout)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault(Unreachable, "the connection was closed before the end of the answer")
	}
	var operation *net.OpError
	if errors.As(err, &operation) {
		return fault(Unreachable, "%s", c.redact(operation.Err.Error()))
	}
	return fault(Unreachable, "the connection failed")
}

// understand reads the replies to n questions whose ids begin with first.
func (c *Client) understand(text []byte, first uint64, n int) ([]Answer, error) {
	var replies []reply
	text = bytes.TrimSpace(text)
	if len(text) > 0 && text[0] == '[' {
		if err := json.Unmarshal(text, &replies); err != nil {
			return nil, fault(Malformed, "no whole JSON")
		}
	} else {
		one := reply{}
		if err := json.Unmarshal(text, &one); err != nil {
			if len(text) > 0 && text[0] == '<' {
				return nil, fault(NoNode, "it answers with a page for people")
			}
			return nil, fault(Malformed, "no whole JSON")
		}
		if n > 1 {
			return nil, c.batchRefusal(one)
		}
		if one.Err != nil && isNull(one.ID) {
			// An error before the question was read has no id.
			one.ID = json.RawMessage(strconv.FormatUint(first, 10))
		}
		replies = []reply{one}
	}
	answers, seen := make([]Answer, n), make([]bool, n)
	for _, r := range replies {
		id, err := strconv.ParseUint(string(bytes.Trim(r.ID, `"`)), 10, 64)
		at := id - first
		if err != nil || id < first || at >= uint64(n) || seen[at] {
			return nil, fault(WrongID, "id %s", c.redact(string(r.ID)))
		}
		if r.Err == nil && len(r.Result) == 0 {
			return nil, fault(Malformed, "neither a result nor an error")
		}
		if r.Err != nil {
			r.Err.Message = c.redact(r.Err.Message)
			r.Result = nil
		}
		seen[at], answers[at] = true, Answer{r.Result, r.Err}
	}
	if len(replies) < n {
		return nil, fault(WrongID, "%d of %d answers are missing", n-len(replies), n)
	}
	return answers, nil
}

func isNull(id json.RawMessage) bool { return len(id) == 0 || string(id) == "null" }

// batchRefusal tells what one object means that answers an array.
func (c *Client) batchRefusal(r reply) error {
	if r.Err == nil {
		return fault(Malformed, "one answer to several questions")
	}
	message := c.redact(r.Err.Message)
	switch k, ok := classify(message); {
	case ok:
		return fault(k, "%s", message)
	case r.Err.Code == 429 || r.Err.Code == -32005 && len(message) == 0:
		return fault(RateLimited, "%s", message)
	}
	// Whatever the words are, a smaller batch is the thing to try.
	return fault(TooLarge, "%s", message)
}
