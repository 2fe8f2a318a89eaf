package customers

import (
	"os"
	"testing"
)

var replay *Replay

func TestMain(m *testing.M) {
	replay = Replaying("../../cassettes/library/sandbox/tour.yaml")
	code := m.Run()
	replay.Stop()
	os.Exit(code)
}

func TestAllPagesAreRead(t *testing.T) {
	t.Parallel()
	names, err := Client{replay.Session(t)}.Names(3)
	if err != nil || len(names) != 7 {
		t.Fatal(names, err)
	}
}

func TestAnUnknownCustomerIsNone(t *testing.T) {
	t.Parallel()
	if name, found, err := (Client{replay.Session(t)}).Find("cus_nope"); found || err != nil {
		t.Fatal(name, err)
	}
}

func TestAnotherTestHasTheSameAnswersToItself(t *testing.T) {
	t.Parallel()
	names, err := Client{replay.Session(t)}.Names(3)
	if err != nil || len(names) != 7 {
		t.Fatal(names, err)
	}
}
