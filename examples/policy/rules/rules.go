// Package rules is what the policy engine and its rules have in common.
package rules

// A Request is what somebody wants to do.
type Request struct {
	User, Action, Resource string
	Hour                   int // of the day, 0 to 23
}

// A Decision says whether they may, and by which rule. Rule is made for each decision: a constant of a plugin would hold it in memory.
type Decision struct {
	Allow bool
	Rule  string
}

// A Policy decides; it is called by many goroutines at once.
type Policy interface {
	Decide(Request) Decision
}

// Settings come from the configuration.
type Settings map[string]string
