package io.portolan.central.http;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import io.portolan.central.security.Principal;
import io.portolan.central.security.Tokens;
import java.time.Duration;
import java.util.Optional;

/** Who is at the door, and whether there is room. Asked before anything of the body is read. */
final class Gate {
    private static final String BEARER = "Bearer ";

    /** How often a stream looks whether its token is still good, at most. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Tokens tokens;
    private final Admission admission;

    Gate(Tokens tokens, Admission admission) {
        this.tokens = tokens;
        this.admission = admission;
    }

    /** Refuses with 401, or with 429 where too many guesses came from. */
    Principal principal(Request request) {
        String secret = bearer(request).orElseThrow(() -> Problem.unauthenticated().refusal());
        // Who was let in before is not shut out by others behind the same address.
        if (!tokens.seen(secret)) {
            admission.mayGuess(request.peer());
        }
        Optional<Principal> found = tokens.principal(secret);
        if (found.isEmpty()) {
            admission.guessed(request.peer());
        }
        return found.orElseThrow(() -> Problem.unauthenticated().refusal());
    }

    private static Optional<String> bearer(Request request) {
        return request.header("Authorization")
                .filter(h -> h.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(h -> h.substring(BEARER.length()).strip());
    }

    Admission.Place enter(Route route, Principal principal) {
        return admission.enter(
                Lane.of(route),
                switch (principal) {
                    case Principal.User user -> user.actor();
                    case Principal.Agent agent -> "agent:" + agent.cluster();
                });
    }

    /** Without a token only reading is free; what takes a secret in its body counts as a guess. */
    Answer open(Route route, Route.Access.Open open, Request request) throws InterruptedException {
        if (route.method().equals("GET")) {
            return open.action().serve(request);
        }
        admission.mayGuess(request.peer());
        try {
            return open.action().serve(request);
        } catch (Refusal e) {
            if (e.problem().status() == 401) {
                admission.guessed(request.peer());
            }
            throw e;
        }
    }

    /** Ends a stream soon after its token has ended. */
    SseSink guarded(SseSink sink, Request request) {
        Optional<String> secret = bearer(request);
        return new SseSink() {
            private long due = System.nanoTime() + LOOK.toNanos();

            @Override
            public SseSink emit(SseEvent event) {
                if (secret.isPresent() && System.nanoTime() - due > 0) {
                    if (tokens.principal(secret.get()).isEmpty()) {
                        throw Problem.unauthenticated().refusal();
                    }
                    due = System.nanoTime() + LOOK.toNanos();
                }
                sink.emit(event);
                return this;
            }

            @Override
            public void close() {
                sink.close();
            }
        };
    }
}
