package io.portolan.agent.kube;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * What a {@link KubeApi} promises, said once and held against both a real API server and the one in
 * memory. Whoever implements this gets the tests of the contracts that extend it.
 */
public interface KubeApiContract extends WriteContract, ReadContract, WorkloadContract {

    /** The cluster under test and what the tests need beside its port. */
    interface Subject {
        KubeApi api();

        /** A name that no test used before: of namespaces, cluster-scoped objects and groups. */
        String fresh();

        /** Another field manager than Portolan applies, without force. */
        void otherApplies(String manager, KubeObject object);

        /** Another field manager than Portolan edits. */
        void otherEdits(String manager, ObjectRef ref, KubeObject mergePatch);

        /** Lets controllers act and watches deliver, where they do not by themselves. */
        void pass();

        /** Makes all versions until now too old to watch from, where that takes something. */
        void forgetHistory();

        default String freshNamespace() {
            String name = fresh();
            applied(Shapes.namespace(name));
            return name;
        }

        default KubeObject applied(KubeObject object) {
            if (api().apply(object, false) instanceof Applied.Ok(KubeObject live, boolean _)) {
                return live;
            }
            throw new AssertionError("not applied: " + api().apply(object, false));
        }

        default KubeObject live(ObjectRef ref) {
            if (api().get(ref) instanceof Found.Ok(KubeObject live)) {
                return live;
            }
            throw new AssertionError("not there: " + ref);
        }

        default void await(String what, Callable<Boolean> condition) {
            Awaitility.await(what)
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(
                            () -> {
                                pass();
                                return condition.call();
                            });
        }

        default KubeObject configMap(String namespace, Object... keysAndValues) {
            Map<String, Object> data = new java.util.LinkedHashMap<>();
            for (int i = 0; i < keysAndValues.length; i += 2) {
                data.put((String) keysAndValues[i], keysAndValues[i + 1]);
            }
            return Shapes.configMap(namespace, "settings", data);
        }
    }
}
