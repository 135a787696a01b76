// The guard is the parent of a process that must not run without a grant (docs/design/fencing.md).
//
//	guard install PATH           copies itself there
//	guard run [flags] -- COMMAND  runs the command while there is a grant
//
// Exit codes of run: that of the command, 128 and the signal that ended it, 75 when the guard ended it for want of a
// grant, 2 for a mistake in the arguments.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	exitUsage   = 2
	exitNoGrant = 75 // EX_TEMPFAIL of sysexits.h

	urlVariable   = "PORTOLAN_GRANT_URL"
	tokenVariable = "PORTOLAN_GRANT_TOKEN"
)

func main() {
	if len(os.Args) < 2 {
		usage("say install or run")
	}
	switch os.Args[1] {
	case "install":
		if len(os.Args) != 3 {
			usage("install PATH")
		}
		if err := install(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "cannot install:", err)
			os.Exit(1)
		}
	case "run":
		os.Exit(run(os.Args[2:]))
	default:
		usage("say install or run, was " + os.Args[1])
	}
}

func usage(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(exitUsage)
}

func run(args []string) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	address := flags.String("grant-url", os.Getenv(urlVariable), "where to ask for the grant")
	grace := flags.Duration("grace", 5*time.Second,
		"between SIGTERM and SIGKILL when the grant ends, at most a fifth of it")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "no command: guard run [flags] -- COMMAND")
		return exitUsage
	}
	door, err := newDoor(*address, os.Getenv(tokenVariable))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitUsage
	}
	// The command need not know what it does not ask for.
	os.Unsetenv(tokenVariable)
	code := newKeeper(door, *grace, flags.Args()).keep()
	aloud.end(lastWords)
	return code
}

// install copies this program; a copy that is half written is never seen under the name.
func install(to string) error {
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer self.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".guard-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if _, err := io.Copy(out, self); err != nil {
		return err
	}
	if err := out.Chmod(0o755); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}
