package io.portolan.placement.filter;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Of whom an application may hear by name: of those of its own tenant. What it is told stands in
 * its decision, which its tenant reads.
 *
 * @param tenant whose applications are named
 */
public record Kin(String tenant) {
    /** For questions that are answered with yes or no. */
    public static final Kin NOBODY = new Kin("");

    private boolean knows(String application) {
        return application.startsWith(tenant + "/");
    }

    /** {@code shop/checkout}, or that it is another tenant's. */
    public String name(String application) {
        return knows(application) ? application : "an application of another tenant";
    }

    /**
     * {@code shop/checkout, shop/cart and 3 of other tenants}.
     *
     * @param names the first few, as {@code shop/checkout}
     * @param all how many there are
     */
    public String names(List<String> names, int all) {
        String known = names.stream().filter(this::knows).collect(Collectors.joining(", "));
        int others = (int) names.stream().filter(n -> !knows(n)).count();
        int more = all - names.size();
        if (known.isEmpty()) {
            return more > 0
                    ? all + " applications"
                    : others == 1
                            ? "an application of another tenant"
                            : others + " applications of other tenants";
        }
        return more > 0
                ? known + " and " + (more + others) + " more"
                : others == 0
                        ? known
                        : known
                                + " and "
                                + others
                                + (others == 1 ? " of another tenant" : " of other tenants");
    }
}
