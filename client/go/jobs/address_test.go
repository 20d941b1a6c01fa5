package jobs

import "testing"

func TestWhichAddressesAreLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"localhost:7420":           true,
		"127.0.0.1:7420":           true,
		"127.8.9.10:7420":          true,
		"[::1]:7420":               true,
		"unix:/run/jobs.sock":      true,
		"unix:///run/jobs.sock":    true,
		"dns:///localhost:7420":    true,
		"localhost":                true,
		"example.com:7420":         false,
		"127.example.com:7420":     false,
		"localhost.example.com:80": false,
		"10.0.0.1:7420":            false,
		"[2001:db8::1]:7420":       false,
		"dns:///example.com:7420":  false,
	} {
		if got := isLocal(address); got != want {
			t.Errorf("isLocal(%q) = %v", address, got)
		}
	}
}

func TestAnEmptyAddressIsThatOfTheEnvironment(t *testing.T) {
	t.Setenv(addressEnv, "")
	if got := addressOf(""); got != "localhost:7420" {
		t.Errorf("got %q", got)
	}
	t.Setenv(addressEnv, "example.com:1")
	if got := addressOf(""); got != "example.com:1" {
		t.Errorf("got %q", got)
	}
	if got := addressOf("here:2"); got != "here:2" {
		t.Errorf("got %q", got)
	}
}

func TestATokenIsNotSentInPlaintextBeyondThisMachine(t *testing.T) {
	if _, err := NewClient("example.com:7420", WithToken("secret")); err == nil {
		t.Error("a client was made that would")
	}
	for address, options := range map[string][]Option{
		"example.com:7420": {WithToken("secret"), WithTLS(nil)},
		"localhost:7420":   {WithToken("secret")},
		"example.com:7421": {WithToken("")},
	} {
		client, err := NewClient(address, options...)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}
