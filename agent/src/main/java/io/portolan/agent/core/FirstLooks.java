package io.portolan.agent.core;

import io.portolan.agent.core.Application.Key;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Content;
import java.util.HashMap;
import java.util.Map;

/**
 * First contact with the objects of a new application is a read, and a read is made while the work
 * becomes durable: it changes nothing. Only as many as there is room for; the others are looked at
 * afterwards as ever.
 */
final class FirstLooks {
    private record Look(Uid application, Key key) {}

    private final Desk desk;
    private final Hands hands;
    private final Results results;
    private final Map<Long, Look> flying = new HashMap<>();
    private final Map<Long, Look> answered = new HashMap<>();
    private final Map<Long, Found> answers = new HashMap<>();

    FirstLooks(Desk desk, Hands hands, Results results) {
        this.desk = desk;
        this.hands = hands;
        this.results = results;
    }

    void ask(Uid application, Content content) {
        for (KubeObject object : content.objects()) {
            boolean room =
                    flying.size() + answered.size() + hands.inFlight()
                            < desk.settings.callsInFlight();
            // A kind that is still to come, with this application even, is nobody's failure yet.
            if (room && desk.kinds.containsKey(TypeRef.of(object.ref()))) {
                long id = desk.ask(i -> new Effect.Get(i, object.ref()));
                flying.put(id, new Look(application, Key.of(object.ref())));
            }
        }
    }

    boolean owns(long effect) {
        return flying.containsKey(effect);
    }

    void got(long effect, Found found) {
        Look look = flying.remove(effect);
        if (look != null) {
            answered.put(effect, look);
            answers.put(effect, found);
        }
    }

    /** The work is durable: what was asked counts from now on as asked for its objects. */
    void use(Application application) {
        for (Map.Entry<Long, Look> one : Map.copyOf(flying).entrySet()) {
            if (one.getValue().application.equals(application.uid())) {
                flying.remove(one.getKey());
                hands.look(application, one.getValue().key, one.getKey());
            }
        }
        for (Map.Entry<Long, Look> one : Map.copyOf(answered).entrySet()) {
            if (one.getValue().application.equals(application.uid())) {
                answered.remove(one.getKey());
                Found found = answers.remove(one.getKey());
                if (found != null && hands.look(application, one.getValue().key, one.getKey())) {
                    results.got(one.getKey(), found);
                }
            }
        }
    }
}
