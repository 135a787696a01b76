package io.portolan.model;

import java.util.Locale;
import java.util.regex.Pattern;

/** How names look: enum constants in documents, DNS labels, label keys. */
public final class Names {
    /** RFC 1123 label, as Kubernetes requires of most names. */
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Pattern LABEL_KEY =
            Pattern.compile(
                    "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE =
            Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private Names() {}

    /** {@code NO_SCHEDULE} -> {@code NoSchedule}. */
    public static String camel(Enum<?> constant) {
        StringBuilder out = new StringBuilder();
        for (String word : constant.name().split("_")) {
            out.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return out.toString();
    }

    public static boolean dnsLabel(String text) {
        return text.length() <= 63 && DNS_LABEL.matcher(text).matches();
    }

    public static boolean labelKey(String text) {
        return text.length() <= 317 && LABEL_KEY.matcher(text).matches();
    }

    public static boolean labelValue(String text) {
        return text.length() <= 63 && LABEL_VALUE.matcher(text).matches();
    }
}
