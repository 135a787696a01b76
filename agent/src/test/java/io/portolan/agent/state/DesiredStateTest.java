package io.portolan.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesiredStateTest {
    private static final Content CONTENT =
            new Content(
                    List.of(
                            new KubeObject(
                                    Map.of(
                                            "apiVersion",
                                            "v1",
                                            "kind",
                                            "ConfigMap",
                                            "metadata",
                                            Map.of("name", "cfg")))));
    private static final Digest DIGEST = Digest.of(Codec.lenient().write(CONTENT));
    private static final InventoryEntry ENTRY =
            new InventoryEntry(new ObjectRef("v1", "ConfigMap", "shop", "cfg"), "u1", "d", "f");

    @TempDir Path dir;

    @Test
    void comesBackWithEverything() {
        try (DesiredState state = DesiredState.open(dir)) {
            assertEquals(Saved.NOTHING, state.load());
            state.write(all());
            state.sync();
        }
        try (DesiredState state = DesiredState.open(dir)) {
            Saved saved = state.load();
            assertEquals(3, saved.generation());
            assertEquals(42, saved.cursor());
            var one = saved.applications().getFirst();
            assertEquals(work(), one.work());
            assertEquals(Optional.of(CONTENT), one.content());
            assertEquals(List.of(ENTRY), one.inventory());
            assertEquals(List.of("u shop/web-1"), one.pods());
        }
    }

    @Test
    void whatWasSyncedIsThereAfterTheProcessDied() throws IOException {
        Path copy = Files.createDirectory(dir.resolve("copy"));
        try (DesiredState state = DesiredState.open(dir)) {
            state.write(all());
            state.sync();
            // What a machine that lost power would find: the file as it is, nothing closed.
            Files.copy(dir.resolve("desired.mv"), copy.resolve("desired.mv"));
        }
        try (DesiredState state = DesiredState.open(copy)) {
            assertEquals(work(), state.load().applications().getFirst().work());
        }
    }

    @Test
    void whatWasNotSyncedIsNotHalfThere() throws IOException {
        Path copy = Files.createDirectory(dir.resolve("copy"));
        try (DesiredState state = DesiredState.open(dir)) {
            state.write(all());
            Files.copy(dir.resolve("desired.mv"), copy.resolve("desired.mv"));
        }
        try (DesiredState state = DesiredState.open(copy)) {
            assertEquals(Saved.NOTHING, state.load());
        }
    }

    @Test
    void forgetsADroppedApplication() {
        try (DesiredState state = DesiredState.open(dir)) {
            state.write(all());
            state.write(
                    List.of(
                            new Change.DropApplication(work().application()),
                            new Change.DropContent(DIGEST)));
            state.sync();
            assertEquals(List.of(), state.load().applications());
        }
    }

    @Test
    void keepsASecondAgentOut() {
        try (DesiredState _ = DesiredState.open(dir)) {
            StateException locked =
                    assertThrows(StateException.class, () -> DesiredState.open(dir));
            assertEquals(StateException.Code.LOCKED, locked.code());
            assertTrue(locked.getMessage().contains("another agent"));
        }
        DesiredState.open(dir).close();
    }

    @Test
    void refusesADamagedFileInsteadOfStartingEmpty() throws IOException {
        try (DesiredState state = DesiredState.open(dir)) {
            state.write(all());
            state.sync();
        }
        Path file = dir.resolve("desired.mv");
        byte[] noise = new byte[(int) Files.size(file)];
        java.util.Arrays.fill(noise, (byte) 'x');
        Files.write(file, noise, StandardOpenOption.TRUNCATE_EXISTING);

        StateException damaged = assertThrows(StateException.class, () -> DesiredState.open(dir));
        assertEquals(StateException.Code.CORRUPT, damaged.code());
        assertTrue(damaged.getMessage().contains("is damaged"), damaged.getMessage());
    }

    @Test
    void aMissingContentIsDamageToo() {
        try (DesiredState state = DesiredState.open(dir)) {
            state.write(all());
            state.write(List.of(new Change.DropContent(DIGEST)));
            state.sync();
            assertEquals(
                    StateException.Code.CORRUPT,
                    assertThrows(StateException.class, state::load).code());
        }
    }

    @Test
    void keepsCredentialAndContentsFromOtherUsers() throws IOException {
        Credential credential = new Credential(new Uid("c"), "eu-1", "secret");
        try (DesiredState state = DesiredState.open(dir)) {
            assertEquals(Optional.empty(), state.credential());
            state.keep(credential);
        }
        for (String file : List.of("credential.json", "desired.mv")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(dir.resolve(file))));
        }
        assertFalse(credential.toString().contains("secret"));
        try (DesiredState state = DesiredState.open(dir)) {
            assertEquals(Optional.of(credential), state.credential());
        }
    }

    private static List<Change> all() {
        return List.of(
                new Change.PutContent(DIGEST, CONTENT),
                new Change.PutWork(work(), Optional.of(DIGEST)),
                new Change.PutInventory(work().application(), List.of(ENTRY)),
                new Change.PutPods(work().application(), List.of("u shop/web-1")),
                new Change.PutCursor(3, 42));
    }

    private static Work work() {
        return new Work(
                new Uid("a1"),
                "shop",
                "web",
                new Uid("c1"),
                Role.ACTIVE,
                1,
                1,
                1,
                Optional.of(DIGEST),
                true,
                false);
    }
}
