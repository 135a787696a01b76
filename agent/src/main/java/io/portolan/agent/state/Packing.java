package io.portolan.agent.state;

import io.portolan.model.wire.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compressed JSON with a checksum (gzip's CRC), so that a flipped bit is an error. */
public final class Packing {
    private Packing() {}

    public static byte[] write(Object value) {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            Codec.lenient().write(value, zip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * @throws UncheckedIOException when the bytes are not what was written
     */
    public static <T> T read(byte[] bytes, Class<T> type) {
        try (var zip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return Codec.lenient().read(zip, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
