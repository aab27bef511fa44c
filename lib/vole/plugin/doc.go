// Package plugin manages plugins: code that is loaded into a running program, checked before it is loaded, watched while it runs, replaced while calls
// go on, and taken out when nothing needs it any more. It stands on package [plugin] of the standard library, as vole implements it.
//
//	trust, err := vp.ReadTrust("trusted.pub", "revoked.pub") // files of vole plugin keygen
//	log, err := vp.OpenAudit("plugins.log", vp.AuditOptions{Sync: true})
//	m, err := vp.New(vp.Options{Trust: trust, Audit: log})
//	err = m.Load(ctx, vp.Spec{Name: "filter", File: "filter.so", Export: "Filter"})
//	filter, err := vp.Get[Filter](m, "filter") // Filter is an interface of a package that both import
//	err = filter.Do(func(f Filter) error { f.Apply(line); return nil })
//	err = m.Swap(ctx, vp.Spec{Name: "filter", File: "filter-1.1.so", Export: "Filter"}) // calls that run end in the old one, new ones go to the new one
//	err = m.Unload(ctx, "filter")
//
// # What is checked before anything of a plugin runs
//
// A file is read once, into memory that is sealed; signatures, manifest and loader see that memory and no path again. It must be signed by as many
// keys as [Trust] asks for, that are trusted and not revoked. What its code can reach of the outside world (the capabilities in its manifest, proved by vole's
// linker) must be granted; a plugin without that proof is refused. Each decision is a record of the [Audit] before it holds: if it cannot be
// written, the answer is no.
//
// # What a plugin exports
//
// Spec.Export names an exported variable, or a function of type func() any or func() (any, error) that makes the value. The value is what
// handles give: of an interface type, a func type, or anything else that host and plugin both know. If it has the methods of
// [Activator], [Deactivator], [HealthChecker] or [Reloader], these are called on its way through life. A variable PluginVersion of type string is the
// plugin's version (three numbers as 1.4.2; without it, 0.0.0), PluginNeeds of type []string what it needs, as "store >=1.2 <2". A function PluginInfo of type
// func() (version string, needs []string) says both, and is the only way if the plugin runs in a process of its own ([Spec].Process).
//
// # What it is safe against
//
// In the process a plugin shares the memory: what it is given it can change, and code that imports unsafe can do anything (that is a capability, which need not
// be granted). A panic that leaves a call comes back as a [*PanicError] and ends the plugin, not the program; so does one of a goroutine that the plugin began,
// or of a function of a timer that it set. [Limits] bound the time of calls, processor time, goroutines, stacks and memory: an endless loop is ended at whatever
// instruction it is; a plugin that still has more memory than it may have after collections is ended too, and an allocation that is larger by itself is refused before there
// is memory for it. Panics of its finalizers and cleanups end it as well. Not bounded is what the runtime calls fatal: concurrent writes
// to a map, a deadlock of all goroutines. For plugins that are not trusted so far there is vole/plugin/process.
//
// What a plugin was writing at the moment it was stopped may be half written, also in memory that it shares with the host.
package plugin // import "vole/plugin"
