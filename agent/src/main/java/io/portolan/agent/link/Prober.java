package io.portolan.agent.link;

import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages.PeerProbe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks, for central, whether clusters live that it does not hear. One GET each, few of them and at
 * once, that follows no redirect, reads no body and asks no address where clouds tell machines
 * their secrets.
 */
public final class Prober {
    /** Central asks for fewer. */
    private static final int MOST = 10;

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final int SERVER_ERROR = 500;
    private static final int LONGEST = 200;

    private Prober() {}

    /** What came of each; returns within some seconds. */
    public static List<Probed> ask(List<PeerProbe> probes) throws InterruptedException {
        if (probes.isEmpty()) {
            return List.of();
        }
        try (HttpClient client =
                        HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NEVER)
                                .connectTimeout(CONNECT)
                                .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Probed>> questions = new ArrayList<>();
            for (PeerProbe probe : probes.subList(0, Math.min(MOST, probes.size()))) {
                questions.add(() -> ask(client, probe));
            }
            return threads.invokeAll(questions).stream().map(Future::resultNow).toList();
        }
    }

    private static Probed ask(HttpClient client, PeerProbe probe) throws InterruptedException {
        try {
            URI url = URI.create(probe.url());
            if (forbidden(url)) {
                return found(probe, false, "not asked: the address is not allowed");
            }
            HttpResponse<InputStream> answer =
                    client.send(
                            HttpRequest.newBuilder(url).GET().timeout(ANSWER).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            answer.body().close();
            return found(probe, answer.statusCode() < SERVER_ERROR, "HTTP " + answer.statusCode());
        } catch (IOException | IllegalArgumentException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return found(probe, false, why);
        }
    }

    private static Probed found(PeerProbe probe, boolean reached, String detail) {
        return new Probed(
                probe.cluster(),
                probe.silentSince(),
                reached,
                detail.length() <= LONGEST ? detail : detail.substring(0, LONGEST));
    }

    /** Looked up here too: a name may lead to such an address. */
    private static boolean forbidden(URI url) throws IOException {
        if (url.getHost() == null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            return true;
        }
        for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
            if (address.isLinkLocalAddress()
                    || address.isAnyLocalAddress()
                    || address.isMulticastAddress()
                    || address.getHostAddress().startsWith("fd00:ec2:")) {
                return true;
            }
        }
        return false;
    }
}
