package io.portolan.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Held;
import io.portolan.chaos.Recording.Kind;
import io.portolan.chaos.Recording.Operation;
import io.portolan.chaos.Recording.Term;
import io.portolan.e2e.harness.Postgres;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the database itself knows of a run. Triggers that the test makes note, when a transaction
 * commits, which node's session wrote each change and whom the leader row named at that moment: no
 * node can tell anything else about itself.
 */
final class Ledger {
    /** Carries the id of the request that wrote an application. */
    static final String WRITTEN_BY = "chaos.example/written-by";

    private static final String WITNESS =
            """
            create table witness (revision bigint, ordinal int, session text, node text, epoch bigint,
                primary key (revision, ordinal));
            create function witness() returns trigger language plpgsql as $$ begin
                insert into public.witness select new.revision, new.ordinal,
                    current_setting('application_name'), l.node, l.epoch from public.leader l;
                return null;
            end $$;
            create constraint trigger witness after insert on change_log
                deferrable initially deferred for each row execute function public.witness();
            create table term (id bigint generated always as identity, epoch bigint, node text);
            create function term() returns trigger language plpgsql as $$ begin
                insert into public.term (epoch, node) values (new.epoch, new.node);
                return null;
            end $$;
            create trigger term after update on leader for each row
                when (old.epoch is distinct from new.epoch) execute function public.term();
            """;

    private static final String LOG =
            """
            select l.revision, l.ordinal, l.type, l.key, l.body, l.existed, w.session, w.node, w.epoch
            from change_log l join witness w using (revision, ordinal) order by 1, 2
            """;

    private Ledger() {}

    /** Begins to witness, once the schema is there and before anything else writes. */
    static void begin(Postgres.Database database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(WITNESS);
        }
    }

    /** All that the rules need, with the notes. */
    static Recording read(Postgres.Database database, List<Note> notes) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            return new Recording(
                    notes,
                    log(statement),
                    terms(statement),
                    state(statement),
                    operations(statement));
        }
    }

    /** The same without the log, which grows. */
    static Recording glance(Postgres.Database database, List<Note> notes) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            return new Recording(
                    notes, List.of(), List.of(), state(statement), operations(statement));
        }
    }

    private static List<Change> log(Statement statement) throws SQLException {
        List<Change> out = new ArrayList<>();
        try (ResultSet rs = statement.executeQuery(LOG)) {
            while (rs.next()) {
                out.add(change(rs));
            }
        }
        return out;
    }

    private static Change change(ResultSet rs) throws SQLException {
        JsonNode key = json(rs.getString("key"));
        String text = rs.getString("body");
        boolean gone = text == null;
        JsonNode body = gone ? Codec.lenient().mapper().createObjectNode() : json(text);
        Kind kind = kind(rs.getString("type"), key);
        String subject =
                switch (kind) {
                    case APPLICATION -> key.get(1).asText() + "/" + key.get(2).asText();
                    case STATUS -> key.get(2).asText() + "/" + key.get(3).asText();
                    case WORK, WORK_STATUS -> key.get(0).asText() + "/" + key.get(1).asText();
                    case ASSIGNMENT, OPERATION, OTHER -> key.get(0).asText();
                };
        String value =
                switch (kind) {
                    case APPLICATION -> writtenBy(body);
                    case OPERATION -> body.path("request").path("reason").asText();
                    case STATUS, ASSIGNMENT, WORK, WORK_STATUS, OTHER -> "";
                };
        return new Change(
                rs.getLong("revision"),
                rs.getInt("ordinal"),
                kind,
                subject,
                kind == Kind.OPERATION ? subject : body.at("/metadata/uid").asText(),
                value,
                gone,
                rs.getBoolean("existed"),
                deleting(body),
                rs.getString("session").split(":", -1)[1],
                rs.getString("node"),
                rs.getLong("epoch"),
                body.path("epoch").asLong(),
                body.path("sequence").asLong());
    }

    private static Kind kind(String type, JsonNode key) {
        return switch (type) {
            case "RESOURCE" ->
                    key.get(0).asText().equals("Application") ? Kind.APPLICATION : Kind.OTHER;
            case "STATUS" -> Kind.STATUS;
            case "ASSIGNMENT" -> Kind.ASSIGNMENT;
            case "WORK" -> Kind.WORK;
            case "WORK_STATUS" -> Kind.WORK_STATUS;
            case "OPERATION" -> Kind.OPERATION;
            default -> Kind.OTHER;
        };
    }

    /** Of an application's document. */
    static String writtenBy(JsonNode document) {
        return document.path("metadata").path("annotations").path(WRITTEN_BY).asText();
    }

    private static boolean deleting(JsonNode document) {
        return !document.path("metadata").path("deletionRequestedAt").asText("").isEmpty();
    }

    private static JsonNode json(String text) {
        return Codec.lenient().tree(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Term> terms(Statement statement) throws SQLException {
        List<Term> out = new ArrayList<>();
        try (ResultSet rs = statement.executeQuery("select epoch, node from term order by id")) {
            while (rs.next()) {
                out.add(new Term(rs.getLong(1), rs.getString(2)));
            }
        }
        return out;
    }

    private static Map<String, Held> state(Statement statement) throws SQLException {
        Map<String, Held> out = new HashMap<>();
        try (ResultSet rs =
                statement.executeQuery(
                        """
                        select r.tenant || '/' || r.name, r.body, r.revision, s.body
                        from resource r left join status s on s.subject = r.uid
                        where r.kind = 'Application'
                        """)) {
            while (rs.next()) {
                JsonNode body = json(rs.getString(2));
                String status = rs.getString(4);
                out.put(
                        rs.getString(1),
                        new Held(
                                writtenBy(body),
                                rs.getLong(3),
                                deleting(body),
                                status == null ? "" : json(status).path("summary").asText()));
            }
        }
        return out;
    }

    private static List<Operation> operations(Statement statement) throws SQLException {
        List<Operation> out = new ArrayList<>();
        try (ResultSet rs = statement.executeQuery("select uid, live, body from operation")) {
            while (rs.next()) {
                JsonNode body = json(rs.getString(3));
                out.add(
                        new Operation(
                                rs.getString(1),
                                body.path("tenant").asText()
                                        + "/"
                                        + body.path("applicationName").asText(),
                                body.path("state").asText(),
                                !rs.getBoolean(2),
                                body.path("waitingFor").asText()));
            }
        }
        return out;
    }
}
