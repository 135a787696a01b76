package io.portolan.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The words that say how a live operation goes on, each with a reason for the audit. */
final class OperationWords {
    private OperationWords() {}

    static List<Object> verbs(Portolan root) {
        return List.of(
                new Pause(root),
                new Resume(root),
                new Retry(root),
                new Skip(root),
                new Escalate(root),
                new FailoverAbort(root));
    }

    /** {@code operation pause NAME --reason WHY}. */
    @Command(
            name = "pause",
            description = {
                "Let no further step of an operation begin. Deadlines do not run meanwhile; what was "
                        + "taken from a cluster stays taken."
            },
            footerHeading = "%nExample:%n",
            footer = {"  portolan operation pause checkout-1 --reason \"c1 is being looked at\""})
    static final class Pause implements Callable<Integer> {
        private final Portolan root;

        @Mixin FailoverWord word;

        Pause(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return word.say(root, "pause");
        }
    }

    /** {@code operation resume NAME --reason WHY}. */
    @Command(
            name = "resume",
            description = {"Let a paused operation go on."},
            footerHeading = "%nExample:%n",
            footer = {"  portolan operation resume checkout-1 --reason \"c1 is fine\""})
    static final class Resume implements Callable<Integer> {
        private final Portolan root;

        @Mixin FailoverWord word;

        Resume(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return word.say(root, "resume");
        }
    }

    /** {@code operation retry NAME --reason WHY}. */
    @Command(
            name = "retry",
            description = {"Try the step anew that failed for good, or whose time is over."},
            footerHeading = "%nExample:%n",
            footer = {"  portolan operation retry checkout-1 --reason \"the hook is mended\""})
    static final class Retry implements Callable<Integer> {
        private final Portolan root;

        @Mixin FailoverWord word;

        Retry(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return word.say(root, "retry");
        }
    }

    /** {@code operation skip NAME --reason WHY}. */
    @Command(
            name = "skip",
            description = {
                "Leave the open step of an operation undone: a hook, the verification, the time to "
                        + "stabilize. Never one that fences."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  portolan operation skip checkout-1 --reason \"its health check is wrong\""
            })
    static final class Skip implements Callable<Integer> {
        private final Portolan root;

        @Mixin FailoverWord word;

        Skip(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return word.say(root, "skip");
        }
    }

    /** {@code operation escalate NAME --reason WHY}. */
    @Command(
            name = "escalate",
            description = {
                "Make a failover of a relocation before its commit: clusters that it leaves may be "
                        + "silent, and an operator may vouch for them. The policy may ask for approval anew."
            },
            footerHeading = "%nExample:%n",
            footer = {"  portolan operation escalate checkout-1 --reason \"c1 fell silent\""})
    static final class Escalate implements Callable<Integer> {
        private final Portolan root;

        @Mixin FailoverWord word;

        Escalate(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return word.say(root, "escalate");
        }
    }
}
