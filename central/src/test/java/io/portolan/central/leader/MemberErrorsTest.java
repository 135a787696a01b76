package io.portolan.central.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Helidon's filter lets members tell each other by Java serialization. */
class MemberErrorsTest {
    static Stream<Exception> errors() {
        Exception caused = new IllegalStateException("not a member", new IOException("reset"));
        caused.addSuppressed(new TimeoutException("late"));
        return Stream.of(
                caused,
                new SplitBrainProtectionException("no majority"),
                new TargetNotMemberException("gone"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errorsOfMembersAreRead(Exception error) throws Exception {
        assertEquals(error.toString(), read(error).toString());
    }

    @Test
    void nothingElseIs() {
        assertThrows(InvalidClassException.class, () -> read(Pattern.compile("a")));
    }

    private static Object read(Object object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(pattern() + ";!*"));
            return in.readObject();
        }
    }

    private static String pattern() throws IOException {
        Properties config = new Properties();
        try (InputStream file =
                MemberErrorsTest.class.getResourceAsStream(
                        "/META-INF/helidon/serial-config.properties")) {
            assertNotNull(file, "no allow-list for Helidon");
            config.load(file);
        }
        return config.getProperty("pattern");
    }
}
