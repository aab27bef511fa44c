package plugin

import (
	"internal/abi"
	isync "internal/sync"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Caches of the library that would hold a plugin for ever: whatever is in them is made again when it is asked for. If nothing else holds
// a plugin they are emptied of what is its. A type that reflection has made stays one as long as anybody has it, since then that holds the plugin.

// A cache is a package variable: a [sync.Map], perhaps at an offset, or another map.
type cache struct {
	name         string
	offset, size uintptr
	empty        func(m *module, at unsafe.Pointer, c *sync.Map)
}

const (
	afterMutex = unsafe.Sizeof(sync.Mutex{})
	aMap       = unsafe.Sizeof(map[string]int{})
	aSlice     = unsafe.Sizeof([]int{})
	aValue     = unsafe.Sizeof(atomic.Value{})
	aSyncMap   = unsafe.Sizeof(sync.Map{})
	aTrie      = unsafe.Sizeof(types{})
)

type types = isync.HashTrieMap[*abi.Type, any] // as unique has it

var caches = [...]cache{
	{"encoding/binary.structSize", 0, aSyncMap, forgetAll},
	{"encoding/gob.concreteTypeToName", 0, aSyncMap, forgetNames},
	{"encoding/gob.idToTypeSlice", 0, aSlice, func(*module, unsafe.Pointer, *sync.Map) {}}, // with the next
	{"encoding/gob.types", 0, aMap, forgetGob},
	{"encoding/gob.nameToConcreteType", 0, aSyncMap, forgetNames},
	{"encoding/gob.typeInfoMap", 0, aValue, forgetGobInfos},
	{"encoding/gob.userTypeCache", 0, aSyncMap, forgetTypes},
	{"encoding/json.encoderCache", 0, aSyncMap, forgetAll},
	{"encoding/json.fieldCache", 0, aSyncMap, forgetAll},
	{"encoding/json/v2.lookupArshalerCache", 0, aSyncMap, forgetAll},
	{"encoding/xml.tinfoMap", 0, aSyncMap, forgetAll},
	{"internal/godebug.cache", 0, aSyncMap, copyNames},
	{"reflect.funcLookupCache", afterMutex, aSyncMap, forgetFuncs},
	{"reflect.layoutCache", 0, aSyncMap, forgetAll},
	{"reflect.lookupCache", 0, aSyncMap, forgetTypes},
	{"reflect.ptrMap", 0, aSyncMap, forgetTypes},
	{"reflect.structLookupCache", afterMutex, aSyncMap, forgetStructs},
	{"syscall.env", 0, aMap, copyEnv},
	{"unique.uniqueMaps", 0, aTrie, forgetUnique},
}

type extent struct{ at, size uintptr } // gc/gc.h

// cachesAlone reports whether one of the caches holds a plugin, as out says, and nothing else does; what else does is in out.
func (m *module) cachesAlone(out *loaded) bool {
	if gostring(out.error) != "package variable" || !isCache(gostring(out.subject)) {
		return false
	}
	var skip [len(caches)]extent
	n := 0
	for _, c := range caches {
		if at := c.find(m); at != nil {
			skip[n] = extent{uintptr(at), c.offset + c.size}
			n++
		}
	}
	*out = loaded{lookups: out.lookups, skip: &skip[0], nskip: n} // what it said leads to names in the plugin
	return unload(m, out)
}

func isCache(name string) bool {
	for _, c := range caches {
		if c.name == name {
			return true
		}
	}
	return false
}

// find is nil if the program does not have the variable, or the plugin has one of its own.
func (c *cache) find(m *module) unsafe.Pointer {
	at := variable(unsafe.StringData(c.name), len(c.name))
	if m.has(at) {
		return nil
	}
	return at
}

func (m *module) emptyCaches() {
	for _, c := range caches {
		if at := c.find(m); at != nil {
			c.empty(m, at, (*sync.Map)(unsafe.Add(at, c.offset)))
		}
	}
}

// named is a package variable that the program has.
func named(name string) unsafe.Pointer { return variable(unsafe.StringData(name), len(name)) }

func forgetAll(_ *module, _ unsafe.Pointer, c *sync.Map) { c.Clear() }

// copyNames puts copies in the place of keys that are constants of the plugin; the values, which others may have, stay.
func copyNames(m *module, _ unsafe.Pointer, c *sync.Map) {
	c.Range(func(k, v any) bool {
		if name, ok := k.(string); ok && m.has(unsafe.Pointer(unsafe.StringData(name))) {
			c.Swap(strings.Clone(name), v)
		}
		return true
	})
}

// copyEnv is the same of the environment's names; the values are copies already.
func copyEnv(m *module, at unsafe.Pointer, _ *sync.Map) {
	mu := (*sync.RWMutex)(named("syscall.envLock"))
	mu.Lock()
	defer mu.Unlock()
	env := *(*map[string]int)(at)
	for name, i := range env {
		if m.has(unsafe.Pointer(unsafe.StringData(name))) {
			delete(env, name)
			env[strings.Clone(name)] = i
		}
	}
}

// forgetNames is of types by their names, and of names by their types; those that the plugin gave to others' types stay, as copies.
func forgetNames(m *module, _ unsafe.Pointer, c *sync.Map) {
	ours := func(x any) (name string, named, isType bool) {
		t, ok := x.(reflect.Type)
		s, _ := x.(string)
		return s, m.has(unsafe.Pointer(unsafe.StringData(s))), ok && m.concerns(t)
	}
	c.Range(func(k, v any) bool {
		key, keyNamed, keyType := ours(k)
		value, valueNamed, valueType := ours(v)
		switch {
		case keyType || valueType:
			c.Delete(k)
		case keyNamed:
			c.Swap(strings.Clone(key), v)
		case valueNamed:
			c.Swap(k, strings.Clone(value))
		}
		return true
	})
}

// forgetGob is of what gob knows of types, by the type and by number; the numbers are not used again.
func forgetGob(m *module, at unsafe.Pointer, _ *sync.Map) {
	mu := (*sync.Mutex)(named("encoding/gob.typeLock"))
	mu.Lock()
	defer mu.Unlock()
	numbers := *(*[][2]unsafe.Pointer)(named("encoding/gob.idToTypeSlice")) // of an interface type
	all := *(*map[reflect.Type]interface{ any() })(at)                      // the same, of another one
	for t, what := range all {
		if !m.concerns(t) {
			continue
		}
		delete(all, t)
		for i := range numbers {
			if numbers[i] == *(*[2]unsafe.Pointer)(unsafe.Pointer(&what)) {
				numbers[i] = [2]unsafe.Pointer{}
			}
		}
	}
}

// forgetGobInfos is of a map by types that others read without a lock.
func forgetGobInfos(m *module, at unsafe.Pointer, _ *sync.Map) {
	mu := (*sync.Mutex)(named("encoding/gob.typeLock"))
	mu.Lock()
	defer mu.Unlock()
	all := reflect.ValueOf((*atomic.Value)(at).Load())
	rest := reflect.MakeMap(all.Type())
	for i := all.MapRange(); i.Next(); {
		if !m.concerns(i.Key().Interface().(reflect.Type)) {
			rest.SetMapIndex(i.Key(), i.Value())
		}
	}
	(*atomic.Value)(at).Store(rest.Interface())
}

// forgetUnique is of values of the plugin's types: nobody has a handle of one. Of other types somebody may, who must find it equal to one that is made later.
func forgetUnique(m *module, at unsafe.Pointer, _ *sync.Map) {
	all := (*types)(at)
	for t := range all.All() {
		if m.concerns(typeAt(unsafe.Pointer(t))) {
			all.Delete(t)
		}
	}
}

// forgetTypes is of types by something that leads to others.
func forgetTypes(m *module, _ unsafe.Pointer, c *sync.Map) {
	c.Range(func(k, v any) bool {
		key, isType := k.(reflect.Type)
		if isType && m.concerns(key) || m.concerns(typeAt((*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1])) {
			c.Delete(k)
		}
		return true
	})
}

// forgetFuncs is of lists of types by their hash, of a type []*rtype; under the cache's mutex, as reflect changes it.
func forgetFuncs(m *module, at unsafe.Pointer, c *sync.Map) {
	(*sync.Mutex)(at).Lock()
	defer (*sync.Mutex)(at).Unlock()
	c.Range(func(k, v any) bool {
		words := (*[2]unsafe.Pointer)(unsafe.Pointer(&v))
		list := *(*[]unsafe.Pointer)(words[1])
		var rest []unsafe.Pointer
		for _, t := range list {
			if !m.concerns(typeAt(t)) {
				rest = append(rest, t)
			}
		}
		if len(rest) != len(list) {
			words[1] = unsafe.Pointer(&rest) // v is Range's copy
			c.Swap(k, v)
		}
		return true
	})
}

// forgetStructs is the same of lists of reflect.Type.
func forgetStructs(m *module, at unsafe.Pointer, c *sync.Map) {
	(*sync.Mutex)(at).Lock()
	defer (*sync.Mutex)(at).Unlock()
	c.Range(func(k, v any) bool {
		list, _ := v.([]reflect.Type)
		var rest []reflect.Type
		for _, t := range list {
			if !m.concerns(t) {
				rest = append(rest, t)
			}
		}
		if len(rest) != len(list) {
			c.Swap(k, rest)
		}
		return true
	})
}

func typeAt(p unsafe.Pointer) reflect.Type {
	var v any
	*(*unsafe.Pointer)(unsafe.Pointer(&v)) = p
	return reflect.TypeOf(v)
}

func (m *module) has(p unsafe.Pointer) bool { return uintptr(p)-uintptr(m.base) < m.size }

// hasFunc is of a func value's word: the plugin's closure, or its code.
func (m *module) hasFunc(f *unsafe.Pointer) bool {
	return f != nil && (m.has(unsafe.Pointer(f)) || m.has(*f))
}

// concerns reports whether a type is the plugin's, or made of such, or by its code.
func (m *module) concerns(t reflect.Type) bool {
	p := (*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1]
	if m.has(p) || m.hasFunc(*(**unsafe.Pointer)(unsafe.Pointer(&(*abi.Type)(p).Equal))) {
		return true
	}
	if t.Name() != "" {
		return false
	}
	switch t.Kind() {
	case reflect.Map:
		hasher := *(**unsafe.Pointer)(unsafe.Pointer(&(*abi.MapType)(p).Hasher))
		return m.hasFunc(hasher) || m.concerns(t.Key()) || m.concerns(t.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		return m.concerns(t.Elem())
	case reflect.Func:
		return m.concernsOne(t.NumIn(), t.In) || m.concernsOne(t.NumOut(), t.Out)
	case reflect.Struct:
		return m.concernsOne(t.NumField(), func(i int) reflect.Type { return t.Field(i).Type })
	}
	return false
}

func (m *module) concernsOne(n int, at func(int) reflect.Type) bool {
	for i := range n {
		if m.concerns(at(i)) {
			return true
		}
	}
	return false
}
