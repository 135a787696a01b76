package io.portolan.e2e;

import com.google.gson.Gson;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApiContract;
import io.portolan.agent.kube.KubernetesApi;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The agent's adapter keeps its contract with a real API server, and so the cluster in memory,
 * which keeps the same one, is no easier than the real one.
 */
@ExtendWith(Fleet.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesContractTest implements KubeApiContract {
    private RealSubject subject;

    @BeforeAll
    void connect(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().get("eu-north");
        subject = new RealSubject(cluster, KubernetesApi.fromKubeconfig(cluster.kubeconfig()));
    }

    @AfterAll
    void disconnect() {
        subject.api.close();
    }

    @Override
    public Subject subject() {
        return subject;
    }

    private record RealSubject(KubeCluster cluster, KubernetesApi api, AtomicInteger names)
            implements Subject {
        RealSubject(KubeCluster cluster, KubernetesApi api) {
            this(cluster, api, new AtomicInteger());
        }

        @Override
        public String fresh() {
            return "contract-" + names.incrementAndGet();
        }

        @Override
        public void otherApplies(String manager, KubeObject object) {
            cluster.live().apply(resource(object.ref()), manager, json(object));
        }

        @Override
        public void otherEdits(String manager, ObjectRef ref, KubeObject mergePatch) {
            cluster.live()
                    .mergePatch(
                            resource(ref), manager, ref.namespace(), ref.name(), json(mergePatch));
        }

        @Override
        public void pass() {
            // Its controllers run by themselves.
        }

        @Override
        public void forgetHistory() {
            // Its watch cache never held the first version.
        }

        private String resource(ObjectRef ref) {
            KubeApi.TypeRef type = KubeApi.TypeRef.of(ref);
            return api.discover().orElseThrow().kinds().stream()
                    .filter(k -> type.equals(new KubeApi.TypeRef(k.apiVersion(), k.kind())))
                    .map(ApiKind::plural)
                    .map(plural -> ref.apiVersion() + "/" + plural)
                    .findFirst()
                    .orElseThrow();
        }

        private static String json(KubeObject object) {
            return new Gson().toJson(object.json());
        }
    }
}
