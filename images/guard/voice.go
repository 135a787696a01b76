package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// lastWords is how long the guard waits at its end for somebody to take what it said.
const lastWords = time.Second

// linesKept while nobody takes them.
const linesKept = 256

// voice writes what is said from a goroutine of its own. Nobody who says something waits: the container's log may be
// a pipe that nobody reads any more, just when a process has to be killed.
type voice struct {
	lines  chan string
	silent chan struct{}
}

func newVoice(to io.Writer) *voice {
	v := &voice{lines: make(chan string, linesKept), silent: make(chan struct{})}
	go func() {
		defer close(v.silent)
		for line := range v.lines {
			io.WriteString(to, line)
		}
	}()
	return v
}

// say drops the line where too many wait already.
func (v *voice) say(line string) {
	select {
	case v.lines <- line:
	default:
	}
}

// end waits until all is written, at most so long. Nothing is said after it.
func (v *voice) end(patience time.Duration) {
	close(v.lines)
	select {
	case <-v.silent:
	case <-time.After(patience):
	}
}

var aloud = newVoice(os.Stderr)

// say writes a line for the operator: the container's log, and its last words.
func say(format string, args ...any) {
	aloud.say(fmt.Sprintf("portolan guard: %s "+format+"\n",
		append([]any{time.Now().UTC().Format("2006-01-02T15:04:05.000Z")}, args...)...))
}
