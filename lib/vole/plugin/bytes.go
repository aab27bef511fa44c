package plugin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"unsafe"
)

// sealed is a plugin's file in memory that nobody can change any more, neither this process nor who has the file.
type sealed struct {
	file *os.File
	data []byte // a mapping of it
}

const (
	largest = 1 << 30

	mfdCloexec, mfdAllowSealing                          = 1, 2
	addSeals, getSeals                                   = 1033, 1034
	sealSeal, sealShrink, sealGrow, sealWrite, sealsWant = 1, 2, 4, 8, 15
)

func memfd(name string) (*os.File, error) {
	p, err := syscall.BytePtrFromString(name)
	if err != nil {
		return nil, err
	}
	fd, _, errno := syscall.Syscall(sysMemfdCreate, uintptr(unsafe.Pointer(p)), mfdCloexec|mfdAllowSealing, 0)
	if errno != 0 {
		return nil, os.NewSyscallError("memfd_create", errno)
	}
	return os.NewFile(fd, name), nil
}

// readSealed reads a file once. The path is not looked at again.
func readSealed(path string) (*sealed, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if st, err := in.Stat(); err != nil {
		return nil, err
	} else if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	out, err := memfd("vole plugin")
	if err != nil {
		return nil, err
	}
	s := &sealed{file: out}
	n, err := io.Copy(out, io.LimitReader(in, largest+1))
	if err == nil && (n > largest || n == 0) {
		err = fmt.Errorf("%s has no size of a plugin", path)
	}
	if err == nil {
		err = s.seal(int(n))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *sealed) seal(size int) error {
	fd := s.file.Fd()
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, addSeals, sealsWant); errno != 0 {
		return os.NewSyscallError("seal", errno)
	}
	if got, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, getSeals, 0); errno != 0 || got&sealsWant != sealsWant {
		return errors.New("the memory of a plugin could not be sealed")
	}
	data, err := syscall.Mmap(int(fd), 0, size, syscall.PROT_READ, syscall.MAP_PRIVATE)
	s.data = data
	return err
}

func (s *sealed) close() {
	if s.data != nil {
		syscall.Munmap(s.data)
		s.data = nil
	}
	s.file.Close()
}
