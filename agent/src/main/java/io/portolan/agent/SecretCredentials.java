package io.portolan.agent;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.Credentials;
import io.portolan.agent.state.StateException;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The credential in a Secret of the cluster, for an agent whose volume may get lost with its pod.
 * The Secret is made by the install manifest: the agent may read and patch this one, and may not
 * make any.
 */
final class SecretCredentials implements Credentials {
    private static final Logger LOG = Logger.getLogger(SecretCredentials.class.getName());
    private static final String KEY = "credential.json";
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final KubeApi kube;
    private final ObjectRef secret;
    private @Nullable Credential known;

    SecretCredentials(KubeApi kube, ObjectRef secret) {
        this.kube = kube;
        this.secret = secret;
    }

    /** Waits for the API server as long as it takes: without it there is nothing to do. */
    @Override
    public synchronized Optional<Credential> credential() {
        if (known == null) {
            known = read().orElse(null);
        }
        return Optional.ofNullable(known);
    }

    private Optional<Credential> read() {
        return SecretCredentials.<Optional<Credential>>insist(
                () ->
                        switch (kube.get(secret)) {
                            case Found.Ok(var live) -> Optional.of(parse(live));
                            case Found.Retry(var message, _) -> later(message);
                            case Found.Absent _, Found.UnknownKind _ ->
                                    throw broken("does not exist: apply the install manifest");
                            case Found.Refused(_, _, var message) ->
                                    throw broken("cannot be read: " + message);
                        });
    }

    private Optional<Credential> parse(KubeObject live) {
        if (!(live.at("data", KEY) instanceof String text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Codec.lenient().read(Base64.getDecoder().decode(text), Credential.class));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            LOG.log(Level.FINE, "not a credential", e);
            throw broken("holds no credential: empty it and join again with a new token");
        }
    }

    @Override
    public synchronized void keep(Credential credential) {
        String text = Base64.getEncoder().encodeToString(Codec.lenient().write(credential));
        KubeObject patch = new KubeObject(Map.of("data", Map.of(KEY, text)));
        known =
                insist(
                        () ->
                                switch (kube.patch(secret, patch, null)) {
                                    case Applied.Ok _ -> Optional.of(credential);
                                    case Applied.Retry(var message, _) -> later(message);
                                    case Applied.Conflict _ ->
                                            throw broken("belongs to another writer");
                                    case Applied.Refused(_, _, var message) ->
                                            throw broken("cannot be written: " + message);
                                });
    }

    /** Empty for: ask again. */
    private <T> Optional<T> later(String message) {
        LOG.log(Level.INFO, "the credential''s Secret: {0}", message);
        return Optional.empty();
    }

    private static <T> T insist(Supplier<Optional<T>> attempt) {
        while (true) {
            Optional<T> done = attempt.get();
            if (done.isPresent()) {
                return done.get();
            }
            try {
                Thread.sleep(AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StateException(
                        StateException.Code.IO, "the agent stops", new IOException(e));
            }
        }
    }

    private StateException broken(String why) {
        return new StateException(
                StateException.Code.IO,
                "Secret " + secret.namespace() + "/" + secret.name() + " " + why,
                new IOException(why));
    }
}
