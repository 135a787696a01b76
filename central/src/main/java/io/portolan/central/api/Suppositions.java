package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.http.Problem;
import io.portolan.central.image.FleetImage;
import io.portolan.central.security.Principal;
import io.portolan.central.whatif.Supposition;
import io.portolan.central.whatif.Supposition.Written;
import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Selector.Requirement;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.wire.Documents;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what is to be supposed, or tells everything wrong with it, each by its field. */
final class Suppositions {
    private static final int MOST = 1_000;
    private static final Set<String> FIELDS = Set.of("lose", "add", "cordon", "policies");
    private static final List<String> PLACES =
            List.of("cluster", "region", "zone", "provider", "jurisdiction");

    private final JsonNode body;
    private final FleetImage before;
    private final Principal.User user;
    private final Check check = Check.root();
    private final Set<Uid> lost = new TreeSet<>();
    private final Set<Uid> cordoned = new TreeSet<>();
    private final List<Written> written = new ArrayList<>();

    /** With the clusters that are added, which may be lost and cordoned too. */
    private FleetImage image;

    private Suppositions(JsonNode body, FleetImage image, Principal.User user) {
        this.body = body;
        this.before = image;
        this.image = image;
        this.user = user;
    }

    static Supposition read(JsonNode body, FleetImage image, Principal.User user) {
        return new Suppositions(body, image, user).read();
    }

    private Supposition read() {
        if (!body.isObject()) {
            check.problem("must be an object with lose, add, cordon or policies");
        }
        body.fieldNames()
                .forEachRemaining(
                        f ->
                                check.at(f)
                                        .require(
                                                FIELDS.contains(f),
                                                "unknown field; known are "
                                                        + new TreeSet<>(FIELDS)));
        each("add", this::add);
        image = Supposition.writing(before, written);
        each("lose", this::lose);
        each("cordon", this::cordon);
        each("policies", this::policy);
        if (!check.problems().isEmpty()) {
            throw Problem.invalid(check.problems()).refusal();
        }
        List<Written> wanted = written.stream().flatMap(w -> settled(w).stream()).toList();
        return new Supposition(lost, cordoned, wanted);
    }

    /** One that is new and lost at once never was; one that is new and cordoned comes so. */
    private Optional<Written> settled(Written one) {
        ResourceKey key = one.resource().key();
        if (key.kind() != Kind.CLUSTER || before.uid(key).isPresent()) {
            return Optional.of(one);
        }
        Optional<Uid> uid = image.uid(key);
        boolean closed = uid.filter(cordoned::remove).isPresent();
        if (uid.filter(lost::remove).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(closed ? one.cordoned() : one);
    }

    private void each(String field, BiConsumer<JsonNode, Check> reader) {
        JsonNode list = body.path(field);
        Check at = check.at(field);
        if (list.isMissingNode() || list.isNull()) {
            return;
        }
        if (!list.isArray() || list.size() > MOST) {
            at.problem("must be a list of at most " + MOST);
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            reader.accept(list.get(i), at.at(i));
        }
    }

    private void lose(JsonNode text, Check at) {
        Optional<Selector> selector = selector(text, at);
        if (selector.isEmpty()) {
            return;
        }
        List<Uid> found =
                image.candidates().stream()
                        .filter(c -> c.matches(selector.get()))
                        .map(Candidate::uid)
                        .toList();
        if (found.isEmpty()) {
            at.problem(nobody(selector.get()));
        }
        lost.addAll(found);
    }

    private static Optional<Selector> selector(JsonNode text, Check at) {
        if (!text.isTextual() || text.asText().isBlank()) {
            at.problem("must be KEY=VALUE, as region=eu-west or cluster=c7");
            return Optional.empty();
        }
        try {
            Selector read = Selector.parse(text.asText());
            return Optional.of(
                    new Selector(read.requirements().stream().map(Suppositions::named).toList()));
        } catch (IllegalArgumentException e) {
            at.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Requirement named(Requirement r) {
        return r.key().equals("cluster") ? new Requirement("name", r.operator(), r.values()) : r;
    }

    /** {@code no cluster has region = eu-wset; did you mean eu-west}. */
    private String nobody(Selector selector) {
        String said =
                selector.requirements().stream()
                        .map(Requirement::toString)
                        .collect(Collectors.joining(", "));
        String none = "no cluster has " + said;
        if (selector.requirements().size() > 1) {
            return none;
        }
        Requirement one = selector.requirements().getFirst();
        Set<String> values =
                image.candidates().stream()
                        .flatMap(c -> c.value(one.key()).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (values.isEmpty()) {
            return none + suggested(one.key(), keys());
        }
        return one.values().size() == 1
                ? none + suggested(one.values().iterator().next(), values)
                : none;
    }

    private Set<String> keys() {
        return Stream.concat(
                        PLACES.stream(),
                        image.candidates().stream().flatMap(c -> c.labels().keySet().stream()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String suggested(String said, Collection<String> known) {
        return Likeness.nearest(said, known).map("; did you mean "::concat).orElse("");
    }

    private void cordon(JsonNode name, Check at) {
        if (!name.isTextual() || name.asText().isBlank()) {
            at.problem("must be the name of a cluster");
            return;
        }
        Optional<Uid> cluster = image.uid(ResourceKey.cluster(name.asText()));
        if (cluster.isEmpty()) {
            at.problem(
                    "there is no cluster named "
                            + name.asText()
                            + suggested(
                                    name.asText(),
                                    image.candidates().stream().map(Candidate::name).toList()));
        }
        cluster.ifPresent(cordoned::add);
    }

    private void add(JsonNode document, Check at) {
        Optional<Resource<?>> cluster = document(document, at, Set.of(Kind.CLUSTER));
        JsonNode told = document.at("/status/observation");
        Optional<Observation> observation =
                told.isMissingNode()
                        ? Optional.empty()
                        : Documents.part(
                                told, Observation.class, at.at("status").at("observation"));
        cluster.ifPresent(c -> written.add(new Written(c, observation)));
    }

    private void policy(JsonNode document, Check at) {
        document(
                        document,
                        at,
                        Set.of(
                                Kind.PLACEMENT_POLICY,
                                Kind.DR_POLICY,
                                Kind.APPLICATION,
                                Kind.TENANT))
                .ifPresent(p -> written.add(new Written(p, Optional.empty())));
    }

    private Optional<Resource<?>> document(JsonNode document, Check at, Set<Kind> kinds) {
        int before = check.problems().size();
        Optional<Resource<?>> read = Documents.read(document, at);
        if (read.isEmpty() || check.problems().size() > before) {
            return Optional.empty();
        }
        ResourceKey key = read.get().key();
        if (!kinds.contains(key.kind())) {
            at.at("kind")
                    .problem(
                            "must be "
                                    + kinds.stream()
                                            .map(Kind::title)
                                            .sorted()
                                            .collect(Collectors.joining(", "))
                                    + ", was "
                                    + key.kind().title());
            return Optional.empty();
        }
        Reach.read(user, key);
        if (written.stream().anyMatch(w -> w.resource().key().equals(key))) {
            at.at("metadata").at("name").problem(key + " is given twice");
        }
        return read;
    }
}
