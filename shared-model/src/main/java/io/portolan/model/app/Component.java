package io.portolan.model.app;

import io.portolan.model.Check;
import io.portolan.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A part of an application.
 *
 * @param name unique in the application, a DNS label; names the Kubernetes objects of a container
 *     together with the application's name
 */
public record Component(String name, Source source) {

    /** What a component is made from. In documents, the key beside {@code name} names the case. */
    public sealed interface Source {
        void check(Check at);
    }

    /**
     * The simple case that needs no Kubernetes YAML: becomes a Deployment, and a Service where
     * there are ports.
     *
     * @param command replaces the image's entry point when not empty
     */
    public record Container(
            String image,
            List<Port> ports,
            int replicas,
            Map<String, String> env,
            List<String> command,
            List<String> args,
            Optional<Resources> resources)
            implements Source {
        public Container {
            ports = List.copyOf(ports);
            env = Map.copyOf(env);
            command = List.copyOf(command);
            args = List.copyOf(args);
        }

        @Override
        public void check(Check at) {
            at.at("image").require(!image.isEmpty(), "must be given");
            at.at("image")
                    .require(
                            image.length() <= 512 && image.chars().noneMatch(c -> c <= ' '),
                            "must be an image reference without spaces, at most 512 characters");
            at.at("replicas").range(replicas, 0, 10_000);
            at.at("ports").require(ports.size() <= 100, "at most 100 ports");
            for (int i = 0; i < ports.size(); i++) {
                Check port = at.at("ports").at(i);
                ports.get(i).check(port);
                for (int j = 0; j < i; j++) {
                    port.require(
                            ports.get(j).port() != ports.get(i).port(),
                            "port " + ports.get(i).port() + " stands already at ports[" + j + "]");
                    port.at("name")
                            .require(
                                    ports.get(j).port() == ports.get(i).port()
                                            || !ports.get(j).called().equals(ports.get(i).called()),
                                    ports.get(i).called() + " is ports[" + j + "] already");
                }
            }
            env.keySet()
                    .forEach(
                            name ->
                                    at.at("env")
                                            .at(name)
                                            .require(
                                                    name.matches("[-._a-zA-Z][-._a-zA-Z0-9]*"),
                                                    "is not an environment variable's name"));
            resources.ifPresent(r -> r.check(at.at("resources")));
        }
    }

    /**
     * A port that the container listens on and the Service offers under the same number. Written as
     * a number or {@code {port, name}}.
     */
    public record Port(int port, Optional<String> name) {
        public void check(Check at) {
            at.at("port").range(port, 1, 65_535);
            name.ifPresent(n -> at.at("name").require(serviceName(n), NAME));
        }

        private static final String NAME =
                "must be a DNS label of at most 15 characters with a letter in it and no two hyphens"
                        + " in a row";

        /** RFC 6335, section 5.1, as Kubernetes asks of a port's name. */
        private static boolean serviceName(String name) {
            return name.length() <= 15
                    && io.portolan.model.Names.dnsLabel(name)
                    && name.chars().anyMatch(Character::isLetter)
                    && !name.contains("--");
        }

        /** Its name, also where none was given. */
        public String called() {
            return name.orElse("tcp-" + port);
        }
    }

    /** Requests per replica; memory is the limit too, cpu is not limited. */
    public record Resources(Optional<Quantity> cpu, Optional<Quantity> memory) {
        public void check(Check at) {
            cpu.ifPresent(q -> quantity(at.at("cpu"), q));
            memory.ifPresent(q -> quantity(at.at("memory"), q));
        }

        private static void quantity(Check at, Quantity q) {
            if (!Quantity.valid(q.text())) {
                at.problem("must be a quantity such as 250m or 256Mi, was \"" + q.text() + "\"");
            } else {
                at.require(q.value().signum() > 0, "must be more than zero");
            }
        }
    }

    /** Kubernetes objects as they are. */
    public record Manifests(List<KubeObject> objects) implements Source {
        public Manifests {
            objects = List.copyOf(objects);
        }

        @Override
        public void check(Check at) {
            at.require(!objects.isEmpty(), "must hold at least one object");
            for (int i = 0; i < objects.size(); i++) {
                objects.get(i).check(at.at(i));
            }
        }
    }
}
