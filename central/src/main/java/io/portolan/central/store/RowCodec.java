package io.portolan.central.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.io.UncheckedIOException;
import java.util.List;

/** Rows as JSON text and back. The revision stands beside the body, never in it. */
final class RowCodec {
    private RowCodec() {}

    static String body(Row row) {
        Object value =
                switch (row) {
                    case Row.ResourceRow r ->
                            r.resource().with(r.resource().metadata().withRevision(0));
                    case Row.StatusRow s -> s.status();
                    case Row.AssignmentRow a -> a.assignment();
                    case Row.WorkRow w -> w.work();
                    case Row.WorkStatusRow s -> s.status();
                    case Row.OperationRow o -> o.operation();
                    case Row.ObservationRow o -> o.observation();
                };
        return Codec.lenient().text(value);
    }

    static Row read(Row.Key key, String body, long revision) {
        return switch (key) {
            case Row.Key.OfResource(var resource) -> resource(resource.kind(), body, revision);
            case Row.Key.OfStatus(var resource, var subject) -> status(resource, subject, body);
            case Row.Key.OfAssignment _ -> assignment(body);
            case Row.Key.OfWork _ -> work(body);
            case Row.Key.OfWorkStatus _ ->
                    new Row.WorkStatusRow(Codec.lenient().read(body, WorkStatus.class));
            case Row.Key.OfOperation _ -> operation(body);
            case Row.Key.OfObservation(var cluster) ->
                    new Row.ObservationRow(
                            cluster, Codec.lenient().read(body, ClusterStatus.Observation.class));
        };
    }

    static Row.ResourceRow resource(Kind kind, String body, long revision) {
        var mapper = Codec.lenient().mapper();
        JavaType type =
                mapper.getTypeFactory()
                        .constructParametricType(Resource.class, Documents.specType(kind));
        try {
            Resource<?> resource = mapper.readValue(body, type);
            return new Row.ResourceRow(resource.with(resource.metadata().withRevision(revision)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Row.StatusRow status(ResourceKey resource, Uid subject, String body) {
        Class<? extends Status> type =
                Documents.statusType(resource.kind())
                        .orElseThrow(() -> new IllegalStateException(resource + " has no status"));
        return new Row.StatusRow(resource, subject, Codec.lenient().read(body, type));
    }

    static Row.AssignmentRow assignment(String body) {
        return new Row.AssignmentRow(Codec.lenient().read(body, Assignment.class));
    }

    static Row.WorkRow work(String body) {
        return new Row.WorkRow(Codec.lenient().read(body, Work.class));
    }

    static Row.OperationRow operation(String body) {
        return new Row.OperationRow(Codec.lenient().read(body, Failover.class));
    }

    /** A key's parts, in the order of its table's key columns; a status' resource comes after. */
    static List<String> parts(Row.Key key) {
        return switch (key) {
            case Row.Key.OfResource(ResourceKey(var kind, var tenant, var name)) ->
                    List.of(kind.title(), tenant, name);
            case Row.Key.OfStatus(ResourceKey(var kind, var tenant, var name), var subject) ->
                    List.of(subject.value(), kind.title(), tenant, name);
            case Row.Key.OfAssignment(var application) -> List.of(application.value());
            case Row.Key.OfWork(var cluster, var application) ->
                    List.of(cluster.value(), application.value());
            case Row.Key.OfWorkStatus(var cluster, var application) ->
                    List.of(cluster.value(), application.value());
            case Row.Key.OfOperation(var operation) -> List.of(operation.value());
            case Row.Key.OfObservation(var cluster) -> List.of(cluster.value());
        };
    }

    static Row.Key key(Table table, List<String> parts) {
        return switch (table) {
            case RESOURCE -> new Row.Key.OfResource(resourceKey(parts));
            case STATUS ->
                    new Row.Key.OfStatus(
                            resourceKey(parts.subList(1, 4)), new Uid(parts.getFirst()));
            case ASSIGNMENT -> new Row.Key.OfAssignment(new Uid(parts.getFirst()));
            case WORK -> new Row.Key.OfWork(new Uid(parts.get(0)), new Uid(parts.get(1)));
            case WORK_STATUS ->
                    new Row.Key.OfWorkStatus(new Uid(parts.get(0)), new Uid(parts.get(1)));
            case OPERATION -> new Row.Key.OfOperation(new Uid(parts.getFirst()));
            case OBSERVATION -> new Row.Key.OfObservation(new Uid(parts.getFirst()));
        };
    }

    static ResourceKey resourceKey(List<String> parts) {
        Kind kind =
                Kind.find(parts.get(0))
                        .orElseThrow(() -> new IllegalStateException("no kind " + parts.get(0)));
        return new ResourceKey(kind, parts.get(1), parts.get(2));
    }
}
