package io.portolan.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RealClusterTest {
    private static List<String> names(String... files) {
        return RealCluster.named(Stream.of(files).map(Path::of).toList()).stream()
                .map(RealCluster::name)
                .toList();
    }

    @Test
    void isNamedAfterItsFile() {
        assertEquals(
                List.of("west", "eu-north-1", "config"),
                names("/a/west.yaml", "/a/EU_North.1.kubeconfig", "/home/.kube/config"));
    }

    @Test
    void filesThatAreCalledTheSameTellApartByTheirFolders() {
        assertEquals(
                List.of("a-config", "kube-config", "c"),
                names("/x/a/config", "/x/.kube/config", "/x/c.yml"));
    }

    @Test
    void whatStaysTheSameIsRefusedWithBothFiles() {
        String twice =
                assertThrows(DevException.class, () -> names("/x/a/config", "/y/a/config"))
                        .getMessage();
        assertTrue(twice.contains("/x/a/config") && twice.contains("/y/a/config"), twice);
        assertThrows(DevException.class, () -> names("/x/west.yaml", "/x/west.yaml"));
        // The name that the folder gives may be another's own.
        assertThrows(
                DevException.class, () -> names("/x/a-config.yaml", "/x/a/config", "/x/b/config"));
    }

    @Test
    void whatGivesNoNameIsRefused() {
        assertThrows(DevException.class, () -> names("/x/_.yaml"));
    }
}
