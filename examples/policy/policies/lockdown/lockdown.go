// Lockdown lets one user in.
//
//vole:capabilities
package main

import (
	"context"
	"errors"

	"example.com/policy/rules"
)

type lockdown struct{ only string }

func (l *lockdown) Activate(_ context.Context, config any) error {
	s, _ := config.(rules.Settings)
	if l.only = s["only"]; l.only == "" {
		return errors.New("lockdown: only: nobody could get in")
	}
	return nil
}

func (l *lockdown) Decide(r rules.Request) rules.Decision {
	return rules.Decision{Allow: r.User == l.only, Rule: "locked down to " + l.only}
}

// New is what the host asks for.
func New() any { return new(lockdown) }

var PluginVersion = "1.0.0"
