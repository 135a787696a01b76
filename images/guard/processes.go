package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const prSetChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER of prctl(2)

// adoptOrphans makes descendants whose parent died children of the guard, as they are of process 1 anyway.
func adoptOrphans() error {
	if _, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); e != 0 {
		return e
	}
	return nil
}

// killAll kills the command with all that it started. Process 1 reaches everything in its namespace.
func killAll(pid int) {
	if os.Getpid() == 1 {
		syscall.Kill(-1, syscall.SIGKILL)
		return
	}
	syscall.Kill(-pid, syscall.SIGKILL)
	for _, other := range descendants() {
		syscall.Kill(other, syscall.SIGKILL)
	}
}

// clear kills and collects what the command left running. Says how many there were.
func clear(pid int) string {
	left := 0
	for {
		killAll(pid)
		var status syscall.WaitStatus
		reaped, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		switch {
		case err == syscall.ECHILD:
			if left == 0 {
				return ""
			}
			return fmt.Sprintf(", %d others that it had started were killed", left)
		case reaped > 0:
			left++
		case err == nil:
			time.Sleep(reapAgain)
		}
	}
}

// descendants of this process, from /proc.
func descendants() []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + entry.Name() + "/stat")
		if err != nil {
			continue
		}
		// pid (name) state ppid; the name may hold anything, parentheses too.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	var out []int
	next := children[os.Getpid()]
	for len(next) > 0 {
		out = append(out, next...)
		var deeper []int
		for _, pid := range next {
			deeper = append(deeper, children[pid]...)
		}
		next = deeper
	}
	return out
}
