package io.portolan.agent.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.model.app.KubeObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One watch on a virtual thread of its own, which alone calls the consumer. */
final class LiveWatch implements KubeApi.Watch {
    private final TypeRef type;
    private final Consumer<WatchEvent> each;
    private volatile boolean closed;
    private volatile boolean over;
    private volatile @Nullable Call call;

    LiveWatch(TypeRef type, Consumer<WatchEvent> each) {
        this.type = type;
        this.each = each;
    }

    /** How to open the stream; runs on the watch's thread because it may ask for discovery. */
    @FunctionalInterface
    interface Opening {
        Call open() throws IOException;
    }

    static LiveWatch start(TypeRef type, Opening opening, Consumer<WatchEvent> each) {
        LiveWatch watch = new LiveWatch(type, each);
        Thread.ofVirtual().name("watch " + type.kind()).start(() -> watch.run(opening));
        return watch;
    }

    /** The server does not serve the kind. */
    static final class UnknownKind extends IOException {
        UnknownKind(TypeRef type) {
            super("the cluster does not know " + type.kind() + " of " + type.apiVersion());
        }
    }

    /** Whether nothing more will come. */
    boolean over() {
        return over;
    }

    private void run(Opening opening) {
        WatchEvent.Ended end;
        try {
            end = follow(opening);
        } catch (UnknownKind e) {
            end = new WatchEvent.Ended(true, Words.of(e));
        } catch (IOException e) {
            end = new WatchEvent.Ended(false, Words.of(e));
        }
        over = true;
        if (!closed) {
            each.accept(end);
        }
    }

    private WatchEvent.Ended follow(Opening opening) throws IOException {
        Call opened = opening.open();
        call = opened;
        if (closed) {
            opened.cancel();
        }
        try (Response response = opened.execute()) {
            if (response.code() != 200) {
                return ended(Problem.of(Transport.answer(response)));
            }
            try (JsonParser parser = KubeJson.parser(response.body().byteStream())) {
                return events(parser);
            }
        }
    }

    private WatchEvent.Ended events(JsonParser parser) throws IOException {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            KubeJson.expect(parser, token, JsonToken.START_OBJECT);
            KubeObject event = new KubeObject(KubeJson.object(parser, new LinkedHashMap<>()));
            KubeObject object = new KubeObject(event.map("object"));
            if (closed) {
                return new WatchEvent.Ended(false, "closed");
            }
            switch (String.valueOf(event.at("type"))) {
                case "ADDED", "MODIFIED" -> each.accept(new WatchEvent.Set(object));
                case "DELETED" -> each.accept(new WatchEvent.Removed(object));
                case "BOOKMARK" -> each.accept(new WatchEvent.Bookmark(object.resourceVersion()));
                case "ERROR" -> {
                    return ended(Problem.of(object));
                }
                default -> throw new IOException("unknown watch event " + event.at("type"));
            }
        }
        return new WatchEvent.Ended(false, "the server ended the watch of " + type.kind());
    }

    private static WatchEvent.Ended ended(Problem problem) {
        return new WatchEvent.Ended(problem.expired() || problem.unknownPath(), problem.message());
    }

    @Override
    public void close() {
        closed = true;
        Call running = call;
        if (running != null) {
            running.cancel();
        }
    }
}
