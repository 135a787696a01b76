package io.portolan.central.http;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a user says of a request, for the audit trail: text as UTF-8, percent-encoded (RFC 3986)
 * where it is more than plain ASCII, since a header holds nothing else safely.
 */
public final class Comment {
    public static final String HEADER = "Portolan-Comment";

    /** Characters. */
    public static final int LONGEST = 500;

    private Comment() {}

    static String read(String header) {
        String text = decoded(header).strip();
        if (text.length() > LONGEST) {
            throw Problem.malformed(HEADER + " must have at most " + LONGEST + " characters")
                    .refusal();
        }
        if (!text.codePoints().allMatch(Comment::printable)) {
            throw Problem.malformed(HEADER + " must be printable").refusal();
        }
        return text;
    }

    /** No line ends, no controls, nothing that turns the reader's line around. */
    private static boolean printable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }

    private static String decoded(String header) {
        try {
            // A plus is a plus: this is no form.
            byte[] bytes =
                    URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                            .getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw Problem.malformed(HEADER + " must be UTF-8, percent-encoded").refusal();
        }
    }
}
