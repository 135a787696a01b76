package io.portolan.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    private static final Map<String, String> LABELS =
            Map.of(
                    "tier", "prod",
                    "region", "eu-west",
                    "portolan.io/x", "",
                    "kubernetes", "v1.36.2-gke.100",
                    "cores", "96");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                             | true",
                "tier = prod                    | true",
                "tier=prod                      | true",
                "tier == prod                   | true",
                "tier = dev                     | false",
                "tier != prod                   | false",
                "tier != dev                    | true",
                "missing != dev                 | true",
                "missing = dev                  | false",
                "region in (eu-west, eu-north)  | true",
                "region in (us-east)            | false",
                "region notin (eu-west)         | false",
                "missing notin (eu-west)        | true",
                "tier                           | true",
                "missing                        | false",
                "!missing                       | true",
                "!tier                          | false",
                "portolan.io/x =                | true",
                "tier = prod, region in (a, b)  | false",
                "tier = prod, region in (eu-west, b), !missing | true",
                "kubernetes >= 1.36             | true",
                "kubernetes>=1.36.2             | true",
                "kubernetes >= v1.36.3          | false",
                "kubernetes > 1.36.2            | false",
                "kubernetes > 1.9               | true",
                "kubernetes <= 1.36.2           | true",
                "kubernetes < 1.36.2            | false",
                "kubernetes >= 1.34, kubernetes < 1.37 | true",
                "cores > 100                    | false",
                "cores < 100                    | true",
                "tier < 1                       | false",
                "missing < 1                    | false",
                "missing >= 0                   | false",
            })
    void selectsAsKubernetesDoes(String text, boolean matches) {
        Selector selector = Selector.parse(text);
        assertEquals(matches, selector.matches(LABELS));
        assertEquals(selector, Selector.parse(selector.toString()), "its text means the same");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a in b",
                "a b",
                "= x",
                "a in (x",
                "a = b = c d",
                "a >= ",
                "> 1",
                "a => 1",
                "a < 1 < 2"
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThrows(IllegalArgumentException.class, () -> Selector.parse(text));
    }

    @Test
    void checksKeysAndValues() {
        Check good = Check.root();
        Selector.parse("portolan.io/tier in (a, b-c)").check(good);
        assertTrue(good.problems().isEmpty());
        Check bad = Check.root();
        Selector.parse("-x = y, k = " + "v".repeat(64)).check(bad.at("where"));
        assertEquals(2, bad.problems().size());
        assertEquals("/where", bad.problems().getFirst().pointer());
        assertFalse(bad.problems().getFirst().message().isEmpty());
        Check noVersion = Check.root();
        Selector.parse("kubernetes >= new").check(noVersion.at("where"));
        assertEquals(
                "where: \"new\" is not a version such as 1.34",
                noVersion.problems().getFirst().toString());
    }
}
