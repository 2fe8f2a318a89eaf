package customers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// Replay is a running replay of cassettes: a base URL for each test, and a failure with the miss's own text.
//
// Copy this file beside your tests (as truetape_test.go, if only tests need it):
//
//	var replay *Replay
//
//	func TestMain(m *testing.M) {
//		replay = Replaying("cassettes/billing.yaml")
//		code := m.Run()
//		replay.Stop()
//		os.Exit(code)
//	}
//
// Nothing but the standard library and the truetape program is needed; TRUETAPE names the program if it is not
// on the PATH.
type Replay struct {
	URL string
	// Audit also fails tests on what the client did wrong.
	Audit   bool
	command *exec.Cmd
}

// Replaying starts a replay; arguments are cassettes and options of `truetape replay`.
func Replaying(arguments ...string) *Replay {
	program := os.Getenv("TRUETAPE")
	if program == "" {
		program = "truetape"
	}
	command := exec.Command(program, append([]string{"replay", "--listen", "127.0.0.1:0"}, arguments...)...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		panic(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	words := strings.Fields(line)
	if len(words) < 3 || words[0] != "listening" {
		panic(program + " did not start; it said why on stderr")
	}
	return &Replay{URL: words[2], command: command}
}

// Session gives the base URL of a session of the test's own. At its end the test fails on misses.
func (r *Replay) Session(t *testing.T) string {
	t.Helper()
	name := sessionName(t.Name())
	t.Cleanup(func() {
		var misses []struct{ Detail, Hint string }
		r.ask(t, http.MethodGet, "misses?session="+name, &misses)
		for _, miss := range misses {
			t.Errorf("%s\n  hint: %s", miss.Detail, miss.Hint)
		}
		var report struct {
			Findings []struct{ Rule, Severity, Message, Hint string }
		}
		if r.Audit {
			r.ask(t, http.MethodGet, "audits?session="+name, &report)
		}
		for _, finding := range report.Findings {
			if finding.Severity != "info" {
				t.Errorf("%s: %s\n  hint: %s", finding.Rule, finding.Message, finding.Hint)
			}
		}
		r.ask(t, http.MethodDelete, "sessions/"+name, nil)
	})
	return r.URL + "/__truetape/session/" + name
}

// Stop ends the replay.
func (r *Replay) Stop() {
	_ = r.command.Process.Signal(os.Interrupt)
	_ = r.command.Wait()
}

func (r *Replay) ask(t *testing.T, method, path string, into any) {
	t.Helper()
	request, err := http.NewRequest(method, r.URL+"/__truetape/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token := os.Getenv("TRUETAPE_ADMIN_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	// A proxy of the environment is for the tests' own requests, not for these.
	answer, err := (&http.Transport{Proxy: nil}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode < 300 && len(body) > 0 && into != nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var unlawful = regexp.MustCompile(`[^A-Za-z0-9._~-]+`)

// sessionName is a test's name as that of a session: readable, lawful, and no other test's.
func sessionName(test string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(test))
	name := unlawful.ReplaceAllString(test, "-")
	if len(name) > 100 {
		name = name[len(name)-100:]
	}
	return fmt.Sprintf("%s-%08x", name, hash.Sum32())
}
