// Builtin is the policy engine without plugins: rules are data that is embedded, a little language over the fields of a Request (reflection). What
// the language cannot say takes a new build.
//
//	builtin user action resource hour
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"

	"example.com/policy/rules"
)

//go:embed rules.json
var description []byte

type rule struct {
	If    map[string]any // field: a text that it equals, or two numbers that it lies between
	Allow bool
	Rule  string
}

func holds(field reflect.Value, want any) bool {
	switch want := want.(type) {
	case string:
		return field.Kind() == reflect.String && field.String() == want
	case []any:
		from, ok1 := want[0].(float64)
		to, ok2 := want[len(want)-1].(float64)
		return ok1 && ok2 && field.CanInt() && float64(field.Int()) >= from && float64(field.Int()) < to
	}
	return false
}

func decide(list []rule, r rules.Request) rules.Decision {
	v := reflect.ValueOf(r)
next:
	for _, rule := range list {
		for name, want := range rule.If {
			field := v.FieldByName(name)
			if !field.IsValid() || !holds(field, want) {
				continue next
			}
		}
		return rules.Decision{Allow: rule.Allow, Rule: rule.Rule}
	}
	return rules.Decision{Rule: "no rule allows it"}
}

func main() {
	var list []rule
	if err := json.Unmarshal(description, &list); err != nil {
		fmt.Fprintln(os.Stderr, "builtin: rules.json:", err)
		os.Exit(1)
	}
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: builtin user action resource hour")
		os.Exit(2)
	}
	hour, err := strconv.Atoi(os.Args[4])
	if err != nil {
		fmt.Fprintln(os.Stderr, "builtin:", err)
		os.Exit(2)
	}
	json.NewEncoder(os.Stdout).Encode(decide(list, rules.Request{User: os.Args[1], Action: os.Args[2], Resource: os.Args[3], Hour: hour}))
}
