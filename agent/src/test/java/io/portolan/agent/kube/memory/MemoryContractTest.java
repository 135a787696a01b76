package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApiContract;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Instant;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;

/** The cluster in memory keeps the contract that the real one keeps. */
class MemoryContractTest implements KubeApiContract {
    private MemorySubject subject = new MemorySubject();

    @BeforeEach
    void newCluster() {
        subject = new MemorySubject();
    }

    @Override
    public Subject subject() {
        return subject;
    }

    private static final class MemorySubject implements Subject {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");
        private final MemoryCluster cluster =
                new MemoryCluster(MemoryCluster.Settings.defaults(), now);
        private int names;

        MemorySubject() {
            cluster.node("node-a", "8", "32Gi");
            cluster.node("node-b", "8", "32Gi");
        }

        @Override
        public KubeApi api() {
            return cluster;
        }

        @Override
        public String fresh() {
            return "contract-" + ++names;
        }

        @Override
        public void otherApplies(String manager, KubeObject object) {
            Assertions.assertInstanceOf(Applied.Ok.class, cluster.applyAs(manager, object, false));
        }

        @Override
        public void otherEdits(String manager, ObjectRef ref, KubeObject mergePatch) {
            Assertions.assertInstanceOf(
                    Applied.Ok.class, cluster.patchAs(manager, ref, mergePatch, null));
        }

        @Override
        public void pass() {
            now = now.plusSeconds(1);
            cluster.settle(now);
        }

        @Override
        public void forgetHistory() {
            cluster.forgetHistory();
        }
    }
}
