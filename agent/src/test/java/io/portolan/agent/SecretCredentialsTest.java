package io.portolan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.StateException;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who the agent is survives its volume: in a Secret that it did not make. */
class SecretCredentialsTest {
    private static final ObjectRef SECRET = Config.secret("portolan-system/credential");
    private static final Credential WEST = new Credential(new Uid("u-1"), "west", "s3cret");

    private final MemoryCluster cluster =
            new MemoryCluster(MemoryCluster.Settings.defaults(), Instant.EPOCH);

    @Test
    void whatWasKeptIsReadByTheNextPod() {
        installed(Map.of());
        SecretCredentials first = new SecretCredentials(cluster, SECRET);
        assertEquals(Optional.empty(), first.credential());
        first.keep(WEST);
        assertEquals(Optional.of(WEST), first.credential());
        assertEquals(Optional.of(WEST), new SecretCredentials(cluster, SECRET).credential());
        assertTrue(
                cluster.get(SECRET) instanceof Found.Ok(var live)
                        && !live.json().toString().contains("s3cret"));
    }

    @Test
    void missingSecretIsNotMadeAndTheWordsSayWhatMakesIt() {
        cluster.namespace("portolan-system");
        SecretCredentials credentials = new SecretCredentials(cluster, SECRET);
        StateException missing = assertThrows(StateException.class, credentials::credential);
        assertTrue(missing.getMessage().contains("apply the install manifest"));
        assertTrue(cluster.get(SECRET) instanceof Found.Absent);
    }

    @Test
    void damagedCredentialIsNamedAndNotShown() {
        installed(Map.of("credential.json", "bm90IGpzb24="));
        StateException damaged =
                assertThrows(
                        StateException.class,
                        () -> new SecretCredentials(cluster, SECRET).credential());
        assertTrue(damaged.getMessage().contains("holds no credential"));
        assertFalse(damaged.getMessage().contains("not json"));
    }

    @Test
    void nameOfTheSecretIsNamespaceAndName() {
        assertThrows(IllegalArgumentException.class, () -> Config.secret("credential"));
        assertThrows(IllegalArgumentException.class, () -> Config.secret("a/b/c"));
    }

    private void installed(Map<String, Object> data) {
        cluster.namespace("portolan-system");
        cluster.applyAs(
                "kubectl",
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "Secret",
                                "metadata",
                                Map.of("namespace", "portolan-system", "name", "credential"),
                                "data",
                                data)),
                false);
    }
}
