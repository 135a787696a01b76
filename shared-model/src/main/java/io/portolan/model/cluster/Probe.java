package io.portolan.model.cluster;

import io.portolan.model.Check;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * What tells from outside that a cluster lives.
 *
 * @param url asked by GET; any answer below 500 is a sign of life, redirects are not followed
 */
public record Probe(String url) {
    private static final int LONGEST = 500;

    /** IPv4 169.254.0.0/16 and IPv6 fe80::/10, where clouds tell machines their secrets. */
    private static final Pattern LINK_LOCAL =
            Pattern.compile(
                    "169\\.254\\..*|\\[fe[89ab].*|\\[fd00:ec2:.*|metadata(\\.google\\.internal)?");

    void check(Check at) {
        Check here = at.at("url");
        here.require(url.length() <= LONGEST, "at most " + LONGEST + " characters");
        try {
            URI uri = new URI(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            here.require(web && uri.getHost() != null, "must be an http or https URL with a host");
            here.require(uri.getUserInfo() == null, "must hold no user and no password");
            here.require(
                    uri.getHost() == null || !LINK_LOCAL.matcher(uri.getHost()).matches(),
                    "must not be a link-local address or one of cloud metadata");
        } catch (URISyntaxException e) {
            here.problem("is no URL: " + e.getReason());
        }
    }
}
