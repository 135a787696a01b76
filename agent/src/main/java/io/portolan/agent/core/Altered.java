package io.portolan.agent.core;

import io.portolan.agent.apply.Projection;
import io.portolan.model.Quantity;
import io.portolan.model.app.KubeObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster's admission made of a write: plain values that we sent and that came back
 * otherwise. Only values that say something else count, not other spellings of the same; a field
 * that did not come back is no such value, since some are only for writing.
 */
final class Altered {
    private static final int NAMED = 5;

    private Altered() {}

    static List<String> of(KubeObject sent, KubeObject live) {
        List<String> out = new ArrayList<>(0);
        Projection.compare(
                sent,
                live,
                (path, want, is) -> {
                    if (out.size() < NAMED && differ(want, is)) {
                        out.add(path + values(path, want, is));
                    }
                });
        return List.copyOf(out);
    }

    private static boolean differ(@Nullable Object want, @Nullable Object is) {
        if (!plain(want) || !plain(is)) {
            return false;
        }
        String one = String.valueOf(want);
        String other = String.valueOf(is);
        return !one.equals(other) && !sameAmount(one, other);
    }

    private static boolean plain(@Nullable Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private static boolean sameAmount(String one, String other) {
        if (!Quantity.valid(one) || !Quantity.valid(other)) {
            return false;
        }
        BigDecimal amount = new Quantity(one).value();
        return amount.compareTo(new Quantity(other).value()) == 0;
    }

    /** Only where no secret can be: an injector may write one into any other text. */
    private static String values(String path, @Nullable Object want, @Nullable Object is) {
        boolean text = want instanceof String || is instanceof String;
        return text && !path.endsWith(".image") ? "" : " (set " + want + ", now " + is + ")";
    }
}
