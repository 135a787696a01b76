package io.portolan.dr;

import io.portolan.model.operation.Failover;
import java.util.List;

/** The text that an operator confirms who attests. */
public final class Oath {
    private Oath() {}

    /**
     * @param clusters by name
     * @param epoch of the assignment that it is said in
     */
    public static String text(Failover operation, List<String> clusters, long epoch) {
        return "I know that "
                + String.join(", ", clusters)
                + " runs nothing of "
                + operation.tenant()
                + "/"
                + operation.applicationName()
                + ", and will start nothing of it before central says so (epoch "
                + epoch
                + ")";
    }
}
