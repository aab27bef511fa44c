package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Control groups (version 2): a process gets one of its own, below a folder that is delegated to this program. This program holds a lock on each folder as long as it
// lives, so the next can tell those that were left by one that was killed, and removes them.

// ownedGroup is a group that was made for a process.
type ownedGroup struct {
	folder string
	fd     int    // of the folder, locked
	memory string // the limit of memory, if the group has it
}

const (
	groupName   = "vole-plugin-"
	groupsMagic = 0x63677270 // of their file system
)

var (
	groups     atomic.Int64
	sweptUnder sync.Map // folders in which was looked for what others left
)

// groupSettings are what a group limits, each by a file of a controller of its own.
func groupSettings(s *Spec) [][3]string {
	settings := [][3]string{
		{"memory", "memory.max", strconv.FormatInt(s.Memory, 10)},
		{"threads", "pids.max", strconv.Itoa(s.Threads + threadsOfRuntime)},
	}
	if s.CPUs > 0 {
		settings = append(settings, [3]string{"CPUs", "cpu.max", cpuQuota(s.CPUs)})
	}
	return settings
}

// cpuQuota is in microseconds of a period; the kernel wants a thousand at least. More processors than there can be are no limit.
func cpuQuota(cpus float64) string {
	const period, least, most = 100_000, 1000, 1 << 20
	if cpus >= most {
		return "max " + strconv.Itoa(period)
	}
	return fmt.Sprintf("%d %d", max(least, int(cpus*period)), period)
}

// controlGroup makes a group for the process, if the program has a folder of control groups in which it may. Without one the limits of the process are all;
// only what nothing else can enforce is missing then, or what was asked for by name.
func (b *sandbox) controlGroup(s *Spec) {
	parent := s.Cgroup
	if parent == "" {
		parent = ownGroup()
	}
	if parent == "" {
		b.withoutGroup(s, "there is no control group (version 2)")
		return
	}
	g, lacks, err := newGroup(parent, s)
	if err != nil {
		b.withoutGroup(s, err.Error())
		return
	}
	b.group = g
	for _, l := range lacks {
		if s.Cgroup != "" || l[0] == "CPUs" {
			b.lack("control group " + parent + ": " + l[0] + " (" + l[1] + ")")
		}
	}
}

// withoutGroup says what is missing if there is none.
func (b *sandbox) withoutGroup(s *Spec, why string) {
	if s.Cgroup != "" {
		b.lack("control group " + s.Cgroup + ": " + why)
	} else if s.CPUs > 0 {
		b.lack("how many CPUs may be used (control group: " + why + ")")
	}
}

// ownGroup is the folder of this process's group.
func ownGroup() string {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			for _, root := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
				if _, err := os.Stat(root + "/cgroup.controllers"); err == nil {
					return filepath.Join(root, path)
				}
			}
		}
	}
	return ""
}

// newGroup makes a group with its limits. lacks: those that it cannot have, and why. An error: it would have none at all.
func newGroup(parent string, s *Spec) (g *ownedGroup, lacks [][2]string, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(parent, &st); err != nil {
		return nil, nil, err
	}
	if st.Type != groupsMagic {
		return nil, nil, errors.New("it is no control group (version 2)")
	}
	if _, swept := sweptUnder.LoadOrStore(parent, true); !swept {
		sweep(parent)
	}
	for _, controller := range []string{"+memory", "+pids", "+cpu"} { // one by one: refused where processes are in it, or it has not got this one
		os.WriteFile(parent+"/cgroup.subtree_control", []byte(controller), 0)
	}
	if g, err = lockedGroup(parent); err != nil {
		return nil, nil, err
	}
	settings := groupSettings(s)
	for _, v := range settings {
		if err = os.WriteFile(g.folder+"/"+v[1], []byte(v[2]), 0); err != nil {
			lacks = append(lacks, [2]string{v[0], noSetting(v[1], err)})
		} else if v[0] == "memory" {
			g.memory = v[2]
			os.WriteFile(g.folder+"/memory.swap.max", []byte("0"), 0) // not everywhere
		}
	}
	if len(lacks) == len(settings) {
		g.remove()
		return nil, nil, err
	}
	return g, lacks, nil
}

// noSetting: files of controllers that are not switched on are not there, and no one may make files.
func noSetting(name string, err error) string {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return "there is no " + name
	}
	return name + ": " + err.Error()
}

// lockedGroup makes a folder and locks it. Another host that sweeps may remove it before that.
func lockedGroup(parent string) (*ownedGroup, error) {
	const attempts = 1000
	err := fs.ErrExist
	for range attempts {
		g := &ownedGroup{folder: fmt.Sprintf("%s/%s%d-%d", parent, groupName, os.Getpid(), groups.Add(1))}
		if err = os.Mkdir(g.folder, 0o755); errors.Is(err, fs.ErrExist) { // of another program that had this number
			continue
		} else if err != nil {
			return nil, err
		}
		if g.fd, err = openFolder(g.folder); err == nil {
			if err = syscall.Flock(g.fd, syscall.LOCK_SH|syscall.LOCK_NB); err == nil && sameFolder(g) {
				return g, nil
			}
			syscall.Close(g.fd)
		}
		syscall.Rmdir(g.folder)
	}
	return nil, err
}

func openFolder(path string) (int, error) {
	return syscall.Open(path, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
}

func sameFolder(g *ownedGroup) bool {
	var open, there syscall.Stat_t
	return syscall.Fstat(g.fd, &open) == nil && syscall.Stat(g.folder, &there) == nil && open.Ino == there.Ino && open.Dev == there.Dev
}

// sweep removes groups that no program holds. Their processes have ended with their hosts; where not, the kernel keeps the group.
func sweep(parent string) {
	left, _ := filepath.Glob(globQuote(parent) + "/" + groupName + "*")
	for _, path := range left {
		fd, err := openFolder(path)
		if err != nil {
			continue
		}
		if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			syscall.Rmdir(path)
		}
		syscall.Close(fd)
	}
}

func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// outOfMemory says what the kernel ended the process for, if it did for memory.
func (g *ownedGroup) outOfMemory() string {
	if g == nil || g.memory == "" || g.event("oom_kill") == 0 {
		return ""
	}
	if g.event("oom") == 0 {
		return "the kernel ended it, for it had no memory for it (a limit above that of its own control group)"
	}
	return "the kernel ended it, for it needed more than " + g.memory + " bytes of memory (control group)"
}

// event is how often something happened to the group.
func (g *ownedGroup) event(name string) int {
	text, _ := os.ReadFile(g.folder + "/memory.events")
	for line := range strings.Lines(string(text)) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key == name {
			n, _ := strconv.Atoi(value)
			return n
		}
	}
	return 0
}

// remove takes the group away, when the process is gone; who is in it all the same (where no filter of system calls forbids children) is ended.
func (g *ownedGroup) remove() {
	if g == nil {
		return
	}
	const attempts = 200
	for i := range attempts {
		if err := syscall.Rmdir(g.folder); err != syscall.EBUSY {
			break
		}
		if i == 0 {
			os.WriteFile(g.folder+"/cgroup.kill", []byte("1"), 0)
		}
		time.Sleep(time.Millisecond)
	}
	syscall.Close(g.fd)
}
