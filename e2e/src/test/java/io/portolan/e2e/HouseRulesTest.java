package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.portolan.model.Spec;
import io.portolan.model.Status;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/**
 * The rules of the house that hold across modules: who may depend on whom, and where versions live.
 */
class HouseRulesTest {
    private static final Path ROOT = Path.of(System.getProperty("portolan.root"));
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.portolan");

    @Test
    void versionsLiveInTheRootPomOnly() throws Exception {
        List<String> strays = new ArrayList<>();
        int children = 0;
        for (File module : ROOT.toFile().listFiles(File::isDirectory)) {
            Path pom = module.toPath().resolve("pom.xml");
            if (!Files.exists(pom)) {
                continue;
            }
            children++;
            var versions =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(pom.toFile())
                            .getElementsByTagName("version");
            for (int i = 0; i < versions.getLength(); i++) {
                var owner = (Element) versions.item(i).getParentNode();
                if (!owner.getTagName().equals("parent")) {
                    strays.add(ROOT.relativize(pom) + ": " + owner.getTextContent().strip());
                }
            }
        }
        assertTrue(children >= 8, "only " + children + " modules found under " + ROOT);
        assertEquals(List.of(), strays);
    }

    /** Each room, with the rooms of the house that it must not know (design, section 2). */
    @ParameterizedTest
    @CsvSource({
        "model, placement dr central agent cli dev",
        "placement, dr central agent cli dev",
        "dr, placement central agent cli dev",
        "central, agent cli dev",
        "agent, placement dr central cli dev",
        "cli, placement dr central agent dev",
    })
    void roomsKeepToThemselves(String room, String foreign) {
        String[] packages =
                List.of(foreign.split(" ")).stream()
                        .map(name -> "io.portolan." + name + "..")
                        .toArray(String[]::new);
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.portolan." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    /** What a library is for has one home (STYLE.md): nobody else knows that it is this one. */
    @ParameterizedTest
    @CsvSource({
        "central.store, java.sql javax.sql org.postgresql org.flywaydb com.zaxxer.hikari",
        "agent.link, io.vertx io.netty",
        "agent.kube, io.kubernetes okhttp3",
        "central.leader, com.hazelcast",
    })
    void librariesHaveOneHome(String home, String libraries) {
        String[] packages =
                List.of(libraries.split(" ")).stream()
                        .map(name -> name + "..")
                        .toArray(String[]::new);
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.portolan." + home + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(PRODUCT);
    }

    /** Else the rule above would hold of anything. */
    @ParameterizedTest
    @CsvSource({
        "central.store, java.sql",
        "central.store, org.flywaydb",
        "agent.link, io.vertx",
        "agent.kube, io.kubernetes",
        "central.leader, com.hazelcast",
    })
    void librariesAreAtHome(String home, String library) {
        assertTrue(
                PRODUCT.stream()
                        .filter(c -> c.getPackageName().startsWith("io.portolan." + home))
                        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                        .anyMatch(
                                d ->
                                        d.getTargetClass()
                                                        .getPackageName()
                                                        .startsWith(library + ".")
                                                || d.getTargetClass()
                                                        .getPackageName()
                                                        .equals(library)));
    }

    /**
     * Packages depend on each other in one direction. Exempt is what docs/design/decisions.md says
     * of the model, and nothing else.
     */
    @ParameterizedTest
    @ValueSource(strings = {"model", "placement", "dr", "central", "agent", "cli", "dev"})
    void packagesFormNoCycles(String room) {
        SlicesRuleDefinition.slices()
                .assignedFrom(packagesOf("io.portolan." + room))
                .should()
                .beFreeOfCycles()
                .ignoreDependency(sealedOverPackages(), new Cases())
                .ignoreDependency(
                        JavaClass.Predicates.belongToAnyOf(Assignment.class),
                        JavaClass.Predicates.equivalentTo(Role.class))
                .check(PRODUCT);
    }

    /** A sealed type names its cases, and a case its sealed type, wherever they lie. */
    private static DescribedPredicate<JavaClass> sealedOverPackages() {
        return JavaClass.Predicates.equivalentTo(Spec.class)
                .or(JavaClass.Predicates.equivalentTo(Status.class));
    }

    private static final class Cases extends DescribedPredicate<JavaClass> {
        Cases() {
            super("a case of a sealed type");
        }

        @Override
        public boolean test(JavaClass target) {
            return Stream.of(Spec.class, Status.class)
                    .flatMap(s -> Stream.of(s.getPermittedSubclasses()))
                    .anyMatch(c -> c.getName().equals(target.getName()));
        }
    }

    private static SliceAssignment packagesOf(String room) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass of) {
                String name = of.getPackageName();
                return name.equals(room) || name.startsWith(room + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + room;
            }
        };
    }

    /** A functional core that could read a clock or do I/O could not be replayed from a seed. */
    @ParameterizedTest
    @CsvSource({"placement", "dr"})
    void functionalCoresTouchNoWorld(String core) {
        var classes =
                ArchRuleDefinition.noClasses()
                        .that()
                        .resideInAPackage("io.portolan." + core + "..");
        classes.should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio..",
                        "java.net..",
                        "java.sql..",
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "org.slf4j..",
                        "com.fasterxml..")
                .allowEmptyShould(true)
                .check(PRODUCT);
        classes.should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callConstructor(java.util.Random.class)
                .allowEmptyShould(true)
                .check(PRODUCT);
    }
}
