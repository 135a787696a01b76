package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// CLOCK_BOOTTIME (clock_gettime(2)): never set, and counts the time that the machine was suspended.
const clockBoottime = 7

const timerAbsolute = 1 // TFD_TIMER_ABSTIME

// instant is a time on CLOCK_BOOTTIME.
type instant time.Duration

func (i instant) plus(d time.Duration) instant  { return i + instant(d) }
func (i instant) minus(o instant) time.Duration { return time.Duration(i - o) }

func now() instant {
	var ts syscall.Timespec
	if _, _, e := syscall.RawSyscall(
		syscall.SYS_CLOCK_GETTIME, clockBoottime, uintptr(unsafe.Pointer(&ts)), 0); e != 0 {
		panic("CLOCK_BOOTTIME cannot be read: " + e.Error())
	}
	return instant(ts.Nano())
}

// alarm fires at one time on CLOCK_BOOTTIME, also where the machine slept over it. Go's own timers do not count sleep.
type alarm struct {
	file *os.File
	C    chan struct{}
}

func newAlarm() (*alarm, error) {
	fd, _, e := syscall.Syscall(
		syscall.SYS_TIMERFD_CREATE, clockBoottime, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if e != 0 {
		return nil, fmt.Errorf("timerfd_create: %w", e)
	}
	a := &alarm{file: os.NewFile(fd, "alarm"), C: make(chan struct{}, 1)}
	go a.wait()
	return a, nil
}

func (a *alarm) wait() {
	var count [8]byte
	for {
		if _, err := a.file.Read(count[:]); err != nil {
			return
		}
		select {
		case a.C <- struct{}{}:
		default:
		}
	}
}

// set replaces the former time; one that is over fires at once.
func (a *alarm) set(at instant) error {
	spec := struct{ interval, value syscall.Timespec }{value: syscall.NsecToTimespec(max(1, int64(at)))}
	connection, err := a.file.SyscallConn()
	if err != nil {
		return err
	}
	var e syscall.Errno
	if err := connection.Control(func(fd uintptr) {
		_, _, e = syscall.Syscall6(
			syscall.SYS_TIMERFD_SETTIME, fd, timerAbsolute, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	}); err != nil {
		return err
	}
	if e != 0 {
		return fmt.Errorf("timerfd_settime: %w", e)
	}
	return nil
}
