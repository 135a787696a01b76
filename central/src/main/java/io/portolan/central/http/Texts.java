package io.portolan.central.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Check;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * What text may hold: UTF-8 as RFC 8259 requires of JSON, no NUL, which neither PostgreSQL nor a
 * container's environment takes, no half of a surrogate pair, which no encoding takes, and no
 * number beyond what Kubernetes can read.
 */
final class Texts {
    private static final int WINDOW = 8_192;

    private Texts() {}

    static boolean utf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(WINDOW);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        // A raw NUL is no JSON, and would make the parser guess another encoding.
        return !result.isError() && noNul(bytes);
    }

    private static boolean noNul(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }

    static boolean plain(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }

    /** Finds what no document of a user may hold. Its depth was bounded by the parser. */
    static void check(JsonNode node, Check at) {
        if (node.isTextual()) {
            at.require(plain(node.textValue()), "holds a NUL or half of a surrogate pair");
        } else if (node.isNumber()) {
            at.require(Double.isFinite(node.doubleValue()), "is too large a number");
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                at.at(i).require(!node.get(i).isNull(), "must not be null");
                check(node.get(i), at.at(i));
            }
        } else {
            node.properties()
                    .forEach(
                            field -> {
                                Check there = at.at(field.getKey());
                                there.require(
                                        plain(field.getKey()),
                                        "its name holds a NUL or half of a surrogate pair");
                                check(field.getValue(), there);
                            });
        }
    }
}
