package io.portolan.model.dr;

import io.portolan.model.Check;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A hook that is a Kubernetes Job of one pod, in the tenant's namespace of a cluster of the
 * operation (docs: hooks).
 *
 * @param command replaces the image's entry point when not empty
 * @param env beside the variables that Portolan sets
 * @param serviceAccount whose token the pod gets; absent: none
 * @param cluster where it runs; absent: where its point acts, see {@link HookPoint#inSource}
 */
public record HookJob(
        String image,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        Optional<String> serviceAccount,
        Optional<Side> cluster)
        implements Hook.Act {
    /** Of an attempt, from the order to the pod's end: images have to be pulled first. */
    public static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** What the names of Portolan's own variables begin with. */
    public static final String OURS = "PORTOLAN_";

    static final Duration LONGEST = Duration.ofHours(1);

    private static final int MOST_VARIABLES = 100;

    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]{0,252}");

    /** RFC 1123 subdomain. */
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /** One end of the move. */
    public enum Side {
        /** Each cluster that is left. */
        SOURCE,
        /** The cluster that takes over. */
        TARGET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public HookJob {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
    }

    /** Where it runs at this point. */
    public Side side(HookPoint point) {
        return cluster.orElse(point.inSource() ? Side.SOURCE : Side.TARGET);
    }

    void check(HookPoint point, Check at) {
        Check here = at.at("image");
        here.require(!image.isEmpty(), "must be given");
        here.require(
                image.length() <= 512 && image.chars().noneMatch(c -> c <= ' '),
                "must be an image reference without spaces, at most 512 characters");
        Check variables = at.at("env");
        variables.require(
                env.size() <= MOST_VARIABLES,
                "must be at most " + MOST_VARIABLES + ", are " + env.size());
        env.keySet()
                .forEach(
                        name -> {
                            variables
                                    .at(name)
                                    .require(
                                            VARIABLE.matcher(name).matches(),
                                            "is not an environment variable's name");
                            variables
                                    .at(name)
                                    .require(!name.startsWith(OURS), "is Portolan's to write");
                        });
        serviceAccount.ifPresent(
                account ->
                        at.at("serviceAccount")
                                .require(
                                        ACCOUNT.matcher(account).matches(),
                                        "must be the name of a service account"));
        at.at("cluster")
                .require(
                        point != HookPoint.DATA_GATE || side(point) == Side.TARGET,
                        "must be target: what the target has is asked, when the source has"
                                + " stopped");
    }
}
