package main

import "testing"

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		expected, got string
		holds         bool
	}{
		{`{"a": 5}`, `{"a": "5", "b": 1}`, true},
		{`{"a": "5"}`, `{"a": 5.0}`, true},
		{`{"a": 5}`, `{"a": 6}`, false},
		{`{"a": 5}`, `{}`, false},
		{`{"a": null}`, `{"a": "0"}`, true},
		{`{"a": null}`, `{"a": 1}`, false},
		{`{"a": "*"}`, `{"a": "x"}`, true},
		{`{"a": "*"}`, `{"a": ""}`, false},
		{`{"a": "!x"}`, `{"a": "y"}`, true},
		{`{"a": "!x"}`, `{"a": "x"}`, false},
		{`{"a": "!x"}`, `{}`, false},
		{`{"a": "^x "}`, `{"a": "x y"}`, true},
		{`{"a": "^x "}`, `{"a": "y x "}`, false},
		{`{"a": "^x "}`, `{}`, false},
		{`["2099-01-01T00:00:00Z"]`, `["2099-01-01T00:00:00.000Z"]`, true},
		{`["2099-01-01T00:00:00Z"]`, `["2099-01-01T00:00:01Z"]`, false},
		{`[]`, `[]`, true},
		{`[]`, `[1]`, false},
		{`[{}, {"a": true}]`, `[1, {"a": true}]`, true},
		{`[{"a": true}]`, `[{"a": false}]`, false},
	} {
		var expected, got any
		if err := decode([]byte(test.expected), &expected); err != nil {
			t.Fatal(err)
		}
		if err := decode([]byte(test.got), &got); err != nil {
			t.Fatal(err)
		}
		if err := match("answer", expected, got); (err == nil) != test.holds {
			t.Errorf("match(%s, %s) = %v, want it to hold: %v", test.expected, test.got, err, test.holds)
		}
	}
}

func TestVariablesArePutInAndMissingOnesTold(t *testing.T) {
	raw := step{"step": "s", "call": "GetRun", "request": map[string]any{"run_id": "${a}-x"}}
	done, err := raw.with(map[string]string{"a": "1"})
	if err != nil || string(done.Request) != `{"run_id":"1-x"}` {
		t.Errorf("with = %s, %v", done.Request, err)
	}
	if _, err := raw.with(nil); err == nil {
		t.Error("a variable that was not saved was taken")
	}
}
