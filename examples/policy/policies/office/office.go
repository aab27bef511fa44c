// Office allows reading at any time, and writing during office hours.
//
//vole:capabilities
package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"example.com/policy/rules"
)

type office struct{ from, to int }

func (o *office) Activate(_ context.Context, config any) error {
	s, _ := config.(rules.Settings)
	from, err := strconv.Atoi(s["from"])
	if err != nil {
		return fmt.Errorf("office: from: %q is not an hour", s["from"])
	}
	to, err := strconv.Atoi(s["to"])
	if err != nil || from >= to {
		return fmt.Errorf("office: to: %q is not an hour behind %d", s["to"], from)
	}
	o.from, o.to = from, to
	return nil
}

func (o *office) Decide(r rules.Request) rules.Decision {
	switch {
	case r.Action == "read":
		return rules.Decision{Allow: true, Rule: strings.Clone("everybody reads")}
	case r.Hour >= o.from && r.Hour < o.to:
		return rules.Decision{Allow: true, Rule: fmt.Sprintf("office hours %d to %d", o.from, o.to)}
	}
	return rules.Decision{Rule: fmt.Sprintf("not between %d and %d", o.from, o.to)}
}

// New is what the host asks for.
func New() any { return new(office) }

var PluginVersion = "1.0.0"
