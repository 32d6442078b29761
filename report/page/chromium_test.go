package page

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// chromium is a headless browser, spoken to through a pipe: messages of the
// DevTools protocol, each ended by a zero byte.
type chromium struct {
	t       *testing.T
	in      io.Writer
	session string

	mu      sync.Mutex
	last    int
	waiting map[int]chan message
	events  []message
	arrived *sync.Cond
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
	Session string `json:"sessionId,omitempty"`
}

// startChromium starts a browser with an empty profile and one blank tab. The test
// is skipped when none is installed.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	inRead, inWrite := pipe(t)
	outRead, outWrite := pipe(t)
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{inRead, outWrite} // file descriptors 3 and 4
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inRead.Close()
	outWrite.Close()
	c := &chromium{t: t, in: inWrite, waiting: map[int]chan message{}}
	c.arrived = sync.NewCond(&c.mu)
	go c.read(outRead)
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the group of this browser
		_ = cmd.Wait()
		inWrite.Close()
		outRead.Close()
	})
	var target struct{ TargetID string }
	c.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		c.call(domain+".enable", nil, nil)
	}
	return c
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

func (c *chromium) read(from io.Reader) {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		c.mu.Lock()
		if answer := c.waiting[m.ID]; answer != nil {
			delete(c.waiting, m.ID)
			answer <- m
		} else {
			c.events = append(c.events, m)
			c.arrived.Broadcast()
		}
		c.mu.Unlock()
	}
}

// patience is how long an answer may take.
const patience = 60 * time.Second

func (c *chromium) call(method string, params, result any) {
	c.t.Helper()
	c.mu.Lock()
	c.last++
	id, answer := c.last, make(chan message, 1)
	c.waiting[id] = answer
	c.mu.Unlock()
	if params == nil {
		params = struct{}{}
	}
	text, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params, "sessionId": c.session})
	if c.session == "" {
		text, err = json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.in.Write(append(text, 0)); err != nil {
		c.t.Fatal(err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			c.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				c.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(patience):
		c.t.Fatalf("%s: no answer", method)
	}
}

// seen lists the parameters of the events of a kind so far.
func (c *chromium) seen(method string) []json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []json.RawMessage
	for _, m := range c.events {
		if m.Method == method {
			out = append(out, m.Params)
		}
	}
	return out
}

// await waits until there have been so many events of a kind.
func (c *chromium) await(method string, count int) {
	c.t.Helper()
	timer := time.AfterFunc(patience, func() {
		c.mu.Lock()
		c.events = append(c.events, message{Method: "timeout"})
		c.mu.Unlock()
		c.arrived.Broadcast()
	})
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		seen := 0
		for _, m := range c.events {
			if m.Method == method {
				seen++
			}
			if m.Method == "timeout" {
				c.t.Fatalf("no %s", method)
			}
		}
		if seen >= count {
			return
		}
		c.arrived.Wait()
	}
}

// eval evaluates an expression, a promise too, into result.
func (c *chromium) eval(expression string, result any) {
	c.t.Helper()
	var out struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	c.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &out)
	if e := out.ExceptionDetails; e != nil {
		c.t.Fatalf("%.200s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if result != nil {
		if err := json.Unmarshal(out.Result.Value, result); err != nil {
			c.t.Fatalf("%.200s: %v in %s", expression, err, out.Result.Value)
		}
	}
}

// open opens a file in a window of a size and waits until it is drawn.
func (c *chromium) open(path string, width, height int) {
	c.t.Helper()
	c.resize(width, height)
	loaded := len(c.seen("Page.loadEventFired"))
	c.call("Page.navigate", map[string]any{"url": "file://" + path}, nil)
	c.await("Page.loadEventFired", loaded+1)
	c.settle()
}

func (c *chromium) resize(width, height int) {
	c.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
}

// settle waits for two frames.
func (c *chromium) settle() {
	c.eval(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))`, nil)
}

// prefer sets what the system says about light and dark.
func (c *chromium) prefer(scheme string) {
	c.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	c.settle()
}

// complaints lists errors and warnings of the console, exceptions and requests for
// anything but the page itself.
func (c *chromium) complaints(path string) []string {
	var out []string
	for _, p := range c.seen("Runtime.exceptionThrown") {
		out = append(out, "exception: "+string(p))
	}
	for _, p := range c.seen("Log.entryAdded") {
		out = append(out, "log: "+string(p))
	}
	for _, p := range c.seen("Runtime.consoleAPICalled") {
		out = append(out, "console: "+string(p))
	}
	for _, p := range c.seen("Network.requestWillBeSent") {
		var request struct{ Request struct{ URL string } }
		if err := json.Unmarshal(p, &request); err != nil || request.Request.URL != "file://"+path {
			out = append(out, fmt.Sprintf("request: %s", p))
		}
	}
	return out
}
