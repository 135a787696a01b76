package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Refusal;
import io.portolan.central.http.Request;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Authority;
import io.portolan.model.Digest;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a POST's {@code Idempotency-Key} promises: it is done once, and who sends it again hears
 * what was answered. The answer is stored in the transaction that does it.
 */
final class Repetition {
    private static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 200;

    private record Key(String scope, String key, String request) {
        Authority.Idempotency storing(String answer) {
            return new Authority.Idempotency(scope, key, request, answer);
        }
    }

    private final Commits commits;
    private final Optional<Key> key;

    private Repetition(Commits commits, Optional<Key> key) {
        this.commits = commits;
        this.key = key;
    }

    /**
     * @param wish of the request; under the same key another one is refused
     */
    static Repetition of(Commits commits, Request request, Principal.User user, Object wish) {
        // A rehearsal does nothing, so it is not remembered as done.
        Optional<Key> key =
                request.dryRun()
                        ? Optional.empty()
                        : request.header(HEADER).map(k -> key(k, request, user, wish));
        return new Repetition(commits, key);
    }

    private static Key key(String key, Request request, Principal.User user, Object wish) {
        if (key.isBlank() || key.length() > LONGEST) {
            throw Problem.malformed(HEADER + " must have 1.." + LONGEST + " characters").refusal();
        }
        return new Key(
                user.actor() + " POST " + request.path(),
                key,
                Digest.of(Codec.lenient().write(wish)).hex());
    }

    /** For what answers with a secret: it is stored nowhere, so nothing could be answered again. */
    static void impossible(Request request) {
        if (request.header(HEADER).isPresent()) {
            throw Problem.malformed(
                            HEADER
                                    + " is not taken here: the answer holds a secret, which is"
                                    + " stored nowhere and cannot be given again. Send it without;"
                                    + " when the answer is lost, ask for another")
                    .refusal();
        }
    }

    /** To be committed with what is done. */
    Optional<Authority.Idempotency> storing(Object answer) {
        return key.map(k -> k.storing(Codec.lenient().text(answer)));
    }

    /**
     * Serves a request that may have been served before: what is in its way now may be what it did
     * itself.
     *
     * @param again the answer out of what was stored
     */
    Answer once(Function<String, Answer> again, Supplier<Answer> attempt) {
        try {
            return attempt.get();
        } catch (Refusal refusal) {
            return key.flatMap(k -> commits.answered(k.storing("")))
                    .map(again)
                    .orElseThrow(() -> refusal);
        }
    }

    /**
     * Serves a request that is done in several transactions, each of which may be repeated: what
     * was answered is looked up before and stored after them.
     */
    Answer around(Supplier<?> attempt) {
        Optional<String> before = key.flatMap(k -> commits.answered(k.storing("")));
        if (before.isPresent()) {
            return Answer.ok(Codec.lenient().read(before.get(), JsonNode.class));
        }
        Object answer = attempt.get();
        Optional<Authority.Idempotency> storing = storing(answer);
        if (storing.isEmpty()) {
            return Answer.ok(answer);
        }
        return switch (commits.commit(storing, List.of(), List.of())) {
            case Commits.Outcome.Done _ -> Answer.ok(answer);
            case Commits.Outcome.Before done ->
                    Answer.ok(Codec.lenient().read(done.answer(), JsonNode.class));
            case Commits.Outcome.Conflict conflict ->
                    throw Problem.conflict(conflict.message()).refusal();
        };
    }
}
