package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.ResourceKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Waits until one resource is as wanted, told by the watch instead of asking again and again. */
final class Awaited {
    private final Portolan root;
    private final ResourceKey key;

    Awaited(Portolan root, ResourceKey key) {
        this.root = root;
        this.key = key;
    }

    /**
     * @param wanted asked with every state of the resource; empty while it does not exist
     * @return false when the deadline passed first
     */
    boolean until(Instant deadline, Predicate<Optional<JsonNode>> wanted) {
        Optional<String> tenant = Optional.of(key.tenant()).filter(t -> !t.isEmpty());
        return new Changes(
                        root.shell,
                        root.central(),
                        Fleet.listPath(key.kind(), tenant),
                        Map.of("fieldSelector", "metadata.name=" + key.name()))
                .follow(
                        Optional.of(deadline),
                        new Changes.Listener() {
                            @Override
                            public boolean listed(Central.Listing listing) {
                                return wanted.test(Changes.named(listing.items(), key.name()));
                            }

                            @Override
                            public boolean put(JsonNode document) {
                                return mine(document) && wanted.test(Optional.of(document));
                            }

                            @Override
                            public boolean deleted(JsonNode document) {
                                return mine(document) && wanted.test(Optional.empty());
                            }
                        });
    }

    private boolean mine(JsonNode document) {
        return Fleet.name(document).equals(key.name());
    }
}
