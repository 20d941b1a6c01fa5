package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// match says why got does not hold what is expected, nil if it does.
func match(path string, expected, got any) error {
	switch expected := expected.(type) {
	case nil:
		if isSet(got) {
			return fmt.Errorf("%s: wanted nothing, got %v", path, got)
		}
		return nil
	case map[string]any:
		return matchObject(path, expected, got)
	case []any:
		list, ok := got.([]any)
		if !ok && got != nil || len(list) != len(expected) {
			return fmt.Errorf("%s: wanted %d elements, got %v", path, len(expected), got)
		}
		for i, item := range expected {
			if err := match(fmt.Sprintf("%s[%d]", path, i), item, list[i]); err != nil {
				return err
			}
		}
		return nil
	default:
		if !matchScalar(expected, got) {
			return fmt.Errorf("%s: wanted %v, got %v", path, expected, got)
		}
		return nil
	}
}

func matchObject(path string, expected map[string]any, got any) error {
	object, ok := got.(map[string]any)
	if !ok && len(expected) > 0 {
		return fmt.Errorf("%s: wanted %v, got %v", path, expected, got)
	}
	for name, item := range expected {
		if err := match(path+"."+name, item, object[name]); err != nil {
			return err
		}
	}
	return nil
}

func matchScalar(expected, got any) bool {
	text, ok := expected.(string)
	if !ok {
		return sameText(expected, got)
	}
	if text == "*" {
		return isSet(got)
	}
	if other, ok := strings.CutPrefix(text, "!"); ok {
		return isSet(got) && !sameText(other, got)
	}
	if beginning, ok := strings.CutPrefix(text, "^"); ok {
		have, ok := got.(string)
		return ok && strings.HasPrefix(have, beginning)
	}
	if want, err := time.Parse(time.RFC3339Nano, text); err == nil {
		have, err := time.Parse(time.RFC3339Nano, fmt.Sprint(got))
		return err == nil && have.Equal(want)
	}
	return sameText(text, got)
}

// sameText says whether two scalars are the same text, or the same number.
func sameText(a, b any) bool {
	switch b.(type) {
	case nil, []any, map[string]any:
		return false
	}
	textA, textB := fmt.Sprint(a), fmt.Sprint(b)
	if textA == textB {
		return true
	}
	numberA, okA := new(big.Rat).SetString(textA)
	numberB, okB := new(big.Rat).SetString(textB)
	return okA && okB && numberA.Cmp(numberB) == 0
}

// isSet says whether a value differs from the default of its type.
func isSet(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case bool:
		return value
	case string:
		return value != "" && value != "0"
	case json.Number:
		number, err := value.Float64()
		return err != nil || number != 0
	case []any:
		return len(value) > 0
	default:
		return true
	}
}
