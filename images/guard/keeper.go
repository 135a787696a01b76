package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// keeper holds the grant and the process. One goroutine owns both.
type keeper struct {
	door    *door
	grace   time.Duration
	command []string

	held  *grant
	epoch int64
	pid   int
	// ending is why the process is being ended; nothing takes that back.
	ending string
	// killAt is when the process is killed at the latest.
	killAt instant
	said   string

	alarm    *alarm
	answers  chan answer
	signals  chan os.Signal
	children chan os.Signal
}

const (
	retry        = 500 * time.Millisecond
	retryWaiting = time.Second
	patience     = 10 * time.Second
	reapAgain    = 20 * time.Millisecond
)

func newKeeper(door *door, grace time.Duration, command []string) *keeper {
	return &keeper{
		door:    door,
		grace:   grace,
		command: command,
		answers: make(chan answer, 1),
		signals: make(chan os.Signal, 64),
		// Of its own, so that no flood of others has it dropped.
		children: make(chan os.Signal, 1),
	}
}

// keep waits for a grant, runs the command and ends it with the grant. Returns the exit code.
func (k *keeper) keep() int {
	// The kernel sends the signal of a dead parent when the thread dies that made the child.
	runtime.LockOSThread()
	if err := adoptOrphans(); err != nil {
		say("cannot adopt orphans: %v", err)
		return 1
	}
	var err error
	if k.alarm, err = newAlarm(); err != nil {
		say("%v", err)
		return 1
	}
	signal.Notify(k.signals)
	signal.Notify(k.children, syscall.SIGCHLD)
	say("waits for a grant of %s", k.door.url)
	k.ask(0)
	for {
		select {
		case a := <-k.answers:
			if code, over := k.take(a); over {
				return code
			}
		case <-k.alarm.C:
			k.fence()
		case <-k.children:
			if code, over := k.reap(); over {
				return code
			}
		case s := <-k.signals:
			if code, over := k.signalled(s.(syscall.Signal)); over {
				return code
			}
		}
	}
}

// ask puts the question after a pause; one is under way at any time.
func (k *keeper) ask(pause time.Duration) {
	wait, waiting := patience, k.pid == 0
	if k.held != nil {
		wait = min(patience, max(time.Second, k.held.life/3))
	}
	go func() {
		time.Sleep(pause)
		k.answers <- k.door.ask(wait, waiting)
	}()
}

func (k *keeper) take(a answer) (int, bool) {
	switch {
	case a.gone:
		k.news(a.why)
		k.end("the role is gone")
	case a.grant == nil:
		k.news("no grant: " + a.why)
	case a.grant.epoch < k.epoch:
		k.news("a grant of an older epoch does not count")
	case a.grant.ends() <= now():
		k.news("a grant that came too late does not count")
	default:
		k.news("")
		if a.grant.epoch != k.epoch {
			say("holds a grant of epoch %d for %v", a.grant.epoch, a.grant.life)
		}
		k.epoch = a.grant.epoch
		if k.ending == "" {
			k.held = a.grant
			k.killAt = a.grant.killAt()
			k.arm(a.grant.termAt(k.grace))
			if k.pid == 0 && k.held.termAt(k.grace) > now() {
				if code, failed := k.start(); failed {
					return code, true
				}
			}
		}
	}
	k.ask(k.pause(a))
	return 0, false
}

func (k *keeper) pause(a answer) time.Duration {
	pause := retryWaiting
	if k.pid != 0 {
		pause = retry
		if a.grant != nil {
			pause = a.grant.pace()
		}
	}
	// Guards that started together need not ask together.
	return time.Duration(float64(pause) * (0.9 + 0.2*rand.Float64()))
}

// news says what changed, once.
func (k *keeper) news(what string) {
	if what == k.said {
		return
	}
	k.said = what
	if what != "" {
		say("%s", what)
	} else if k.pid != 0 {
		say("is granted again")
	}
}

func (k *keeper) start() (int, bool) {
	path, err := exec.LookPath(k.command[0])
	if err != nil {
		say("cannot start: %v", err)
		return 127, true
	}
	process, err := os.StartProcess(path, k.command, &os.ProcAttr{
		Env:   os.Environ(),
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		Sys:   &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		say("cannot start: %v", err)
		if errors.Is(err, os.ErrPermission) {
			return 126, true
		}
		return 127, true
	}
	k.pid = process.Pid
	say("started %s (pid %d) under epoch %d", path, k.pid, k.epoch)
	return 0, false
}

func (k *keeper) arm(at instant) {
	if err := k.alarm.set(at); err != nil {
		say("%v", err)
		k.kill("no alarm can be set")
	}
}

// fence does what is due.
func (k *keeper) fence() {
	if k.held == nil || k.pid == 0 {
		return
	}
	switch t := now(); {
	case t >= k.killAt:
		k.kill("the grant is over")
	case k.ending != "":
		k.arm(k.killAt)
	case t >= k.held.termAt(k.grace):
		k.end("the grant ends")
	default:
		k.arm(k.held.termAt(k.grace))
	}
}

// end asks the process to end, and has it killed in time: a role that is gone leaves no more than a grant that ends.
func (k *keeper) end(why string) {
	if k.pid == 0 {
		k.held = nil
		return
	}
	if k.ending != "" {
		return
	}
	k.ending = why
	k.killAt = min(k.killAt, now().plus(k.held.notice(k.grace)))
	say("%s: SIGTERM, and SIGKILL in %v", why, k.killAt.minus(now()).Round(time.Millisecond))
	syscall.Kill(-k.pid, syscall.SIGTERM)
	k.arm(k.killAt)
}

func (k *keeper) kill(why string) {
	if k.ending == "" {
		k.ending = why
	}
	say("%s: SIGKILL", why)
	killAll(k.pid)
}

func (k *keeper) signalled(s syscall.Signal) (int, bool) {
	switch s {
	case syscall.SIGCHLD, syscall.SIGURG, syscall.SIGPIPE:
		// Another channel's, the Go runtime's own, and of a reader of our words who left.
		return 0, false
	}
	if k.pid != 0 {
		syscall.Kill(k.pid, s)
		return 0, false
	}
	switch s {
	case syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP:
		say("ends before it had a grant: %v", s)
		return 128 + int(s), true
	}
	return 0, false
}

// reap collects children, orphans that were adopted included; the command's end is the guard's.
func (k *keeper) reap() (int, bool) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return 0, false
		}
		if pid != k.pid {
			continue
		}
		code := status.ExitStatus()
		if status.Signaled() {
			code = 128 + int(status.Signal())
		}
		left := clear(pid)
		if k.ending != "" {
			say("%s: the process has ended (%d)%s", k.ending, code, left)
			return exitNoGrant, true
		}
		say("the process has ended by itself (%d)%s", code, left)
		return code, true
	}
}
