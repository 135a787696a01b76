// Command writer is what a container runs in the tests of disaster recovery: it writes down that it is alive, all the time.
//
// Each line of the log tells one moment: nanoseconds of CLOCK_BOOTTIME, which all processes of a machine share and no clock
// step touches, the wall clock, the event (start, tick, term, end) and the process id.
//
//	writer [--linger DURATION] [--deaf] [--exit CODE]
//
// The log is named by WRITER_LOG. On SIGTERM it goes on for the linger, then exits with the code; a deaf one never does.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const (
	beat     = 10 * time.Millisecond
	bootTime = 7 // CLOCK_BOOTTIME, clock_gettime(2)
	dieWith  = 1 // PR_SET_PDEATHSIG, prctl(2)
)

func main() {
	linger := flag.Duration("linger", 0, "how long to go on after SIGTERM")
	deaf := flag.Bool("deaf", false, "go on after SIGTERM until killed")
	code := flag.Int("exit", 0, "the exit code after SIGTERM")
	flag.Parse()

	// As the end of a container's first process ends all others: the kernel tells by the parent.
	runtime.LockOSThread()
	syscall.RawSyscall(syscall.SYS_PRCTL, dieWith, uintptr(syscall.SIGKILL), 0)

	log, err := os.OpenFile(os.Getenv("WRITER_LOG"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		fmt.Fprintln(os.Stderr, "writer:", err)
		os.Exit(2)
	}
	note := func(event string) {
		if _, err := fmt.Fprintf(log, "%d %s %s %d\n", now(), time.Now().UTC().Format(time.RFC3339Nano), event, os.Getpid()); err != nil {
			fmt.Fprintln(os.Stderr, "writer:", err)
			os.Exit(2)
		}
	}

	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	ticks := time.NewTicker(beat)
	var end <-chan time.Time
	note("start")
	for {
		select {
		case <-ticks.C:
			note("tick")
		case <-terms:
			note("term")
			if !*deaf && end == nil {
				end = time.After(*linger)
			}
		case <-end:
			note("end")
			os.Exit(*code)
		}
	}
}

func now() int64 {
	var at syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, bootTime, uintptr(unsafe.Pointer(&at)), 0)
	return at.Nano()
}
