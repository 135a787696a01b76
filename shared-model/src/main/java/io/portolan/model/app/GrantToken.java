package io.portolan.model.app;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What a guard shows to the agent of its cluster, so that no other pod learns which roles there
 * are. It gives no right to change anything. Central and agent make it from what both know and the
 * cluster's own users do not: the cluster's uid.
 */
public final class GrantToken {
    /** The variable of the pod that holds it. */
    public static final String VARIABLE = "PORTOLAN_GRANT_TOKEN";

    private GrantToken() {}

    public static String of(Uid application, Uid cluster) {
        String text = "portolan grant " + application + " " + cluster;
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** Takes the same time wherever the two differ. */
    public static boolean matches(String shown, Uid application, Uid cluster) {
        return MessageDigest.isEqual(
                shown.getBytes(StandardCharsets.UTF_8),
                of(application, cluster).getBytes(StandardCharsets.UTF_8));
    }
}
