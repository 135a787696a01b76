package io.portolan.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApiContract.Subject;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Applies, patches and deletes. */
interface WriteContract {
    Subject subject();

    @Test
    default void applyCreatesAndTheSameAgainChangesNothing() {
        KubeObject desired = subject().configMap(subject().freshNamespace(), "a", "1");
        var first = assertInstanceOf(Applied.Ok.class, subject().api().apply(desired, false));
        var second = assertInstanceOf(Applied.Ok.class, subject().api().apply(desired, false));
        assertTrue(first.created());
        assertFalse(second.created());
        assertFalse(first.live().uid().isEmpty());
        assertEquals(first.live().resourceVersion(), second.live().resourceVersion());
    }

    @Test
    default void applyForAVersionThatNeverWasMakesAndChangesNothing() {
        KubeObject desired =
                subject()
                        .configMap(subject().freshNamespace(), "a", "1")
                        .with(KubeApi.NEVER, "metadata", "resourceVersion");
        var made = assertInstanceOf(Applied.Ok.class, subject().api().apply(desired, false));
        assertTrue(made.created());
        for (boolean force : List.of(false, true)) {
            KubeObject other = desired.with("2", "data", "b");
            var refused =
                    assertInstanceOf(Applied.Refused.class, subject().api().apply(other, force));
            assertEquals(409, refused.code());
        }
        assertEquals(
                made.live().resourceVersion(), subject().live(desired.ref()).resourceVersion());
        subject().otherEdits("neighbour", desired.ref(), Shapes.patch("theirs", "data", "a"));
        assertInstanceOf(Applied.Conflict.class, subject().api().apply(desired, false));
    }

    @Test
    default void applyForAUidWritesIntoNoOtherObject() {
        KubeObject desired = subject().configMap(subject().freshNamespace(), "a", "1");
        KubeObject other =
                desired.with("00000000-0000-0000-0000-000000000001", "metadata", "uid")
                        .with("2", "data", "b");
        var absent = assertInstanceOf(Applied.Refused.class, subject().api().apply(other, false));
        assertEquals(409, absent.code());
        assertTrue(absent.message().contains("uid mismatch"), absent.message());
        KubeObject live = subject().applied(desired);
        for (boolean force : List.of(false, true)) {
            var refused =
                    assertInstanceOf(Applied.Refused.class, subject().api().apply(other, force));
            assertEquals(422, refused.code());
            assertTrue(
                    refused.message().contains("metadata.uid: Invalid value"), refused.message());
        }
        assertEquals(live.resourceVersion(), subject().live(desired.ref()).resourceVersion());
        KubeObject same = other.with(live.uid(), "metadata", "uid");
        var changed = assertInstanceOf(Applied.Ok.class, subject().api().apply(same, false));
        assertFalse(changed.created());
        assertEquals("2", changed.live().at("data", "b"));
    }

    @Test
    default void fieldThatIsNoLongerAppliedGoesUnlessAnotherOwnsIt() {
        String ns = subject().freshNamespace();
        subject().applied(subject().configMap(ns, "mine", "1", "shared", "2"));
        subject().otherApplies("neighbour", subject().configMap(ns, "shared", "2", "theirs", "3"));
        KubeObject live = subject().applied(subject().configMap(ns, "new", "4"));
        assertEquals(Map.of("shared", "2", "theirs", "3", "new", "4"), live.map("data"));
    }

    @Test
    default void labelsOfOthersStay() {
        String ns = subject().freshNamespace();
        KubeObject desired = subject().configMap(ns, "a", "1").with("x", "metadata", "labels", "l");
        subject().applied(desired);
        subject()
                .otherEdits(
                        "neighbour", desired.ref(), Shapes.patch("y", "metadata", "labels", "m"));
        KubeObject live = subject().applied(subject().configMap(ns, "a", "1"));
        assertEquals("y", live.label("m"));
        assertEquals("", live.label("l"));
    }

    @Test
    default void conflictNamesManagerAndField() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, "web", 0, "example.invalid/web:1");
        subject().applied(desired);
        subject().otherEdits("scaler", desired.ref(), Shapes.patch(2, "spec", "replicas"));
        var conflict =
                assertInstanceOf(Applied.Conflict.class, subject().api().apply(desired, false));
        assertEquals(List.of(new FieldConflict("scaler", ".spec.replicas")), conflict.fields());
        assertEquals(2, subject().live(desired.ref()).at("spec", "replicas"));
    }

    @Test
    default void conflictInListItemNamesTheItem() {
        String ns = subject().freshNamespace();
        KubeObject theirs = Shapes.deployment(ns, "web", 0, "example.invalid/web:1");
        subject().otherApplies("neighbour", theirs);
        KubeObject mine = Shapes.deployment(ns, "web", 0, "example.invalid/web:2");
        var conflict = assertInstanceOf(Applied.Conflict.class, subject().api().apply(mine, false));
        assertEquals(
                List.of(
                        new FieldConflict(
                                "neighbour", ".spec.template.spec.containers[name=\"web\"].image")),
                conflict.fields());
    }

    @Test
    default void forceTakesTheFieldFromItsOwner() {
        String ns = subject().freshNamespace();
        subject().otherApplies("neighbour", subject().configMap(ns, "a", "theirs"));
        KubeObject mine = subject().configMap(ns, "a", "mine");
        assertInstanceOf(Applied.Conflict.class, subject().api().apply(mine, false));
        var forced = assertInstanceOf(Applied.Ok.class, subject().api().apply(mine, true));
        assertEquals("mine", forced.live().at("data", "a"));
        assertInstanceOf(
                Applied.Ok.class,
                subject().api().apply(subject().configMap(ns, "a", "changed"), false));
    }

    @Test
    default void ourPatchAndOurApplyAreTwoOwners() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, "web", 1, "example.invalid/web:1");
        subject().applied(desired);
        var patched =
                subject().api().patch(desired.ref(), Shapes.patch(0, "spec", "replicas"), null);
        assertInstanceOf(Applied.Ok.class, patched);
        var conflict =
                assertInstanceOf(Applied.Conflict.class, subject().api().apply(desired, false));
        assertEquals(
                List.of(new FieldConflict(KubeApi.FIELD_MANAGER, ".spec.replicas")),
                conflict.fields());
    }

    @Test
    default void managedFieldsSayWhatWeOwn() {
        KubeObject live =
                subject().applied(subject().configMap(subject().freshNamespace(), "a", "1"));
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> entries =
                (List<Map<String, Object>>) live.at("metadata", "managedFields");
        assertNotNull(entries);
        KubeObject ours = new KubeObject(entries.getFirst());
        assertEquals(KubeApi.FIELD_MANAGER, ours.at("manager"));
        assertEquals("Apply", ours.at("operation"));
        assertEquals(Map.of("f:data", Map.of("f:a", Map.of())), ours.at("fieldsV1"));
    }

    @Test
    default void missingNamespaceIsRefusedByName() {
        String nowhere = subject().fresh();
        var refused =
                assertInstanceOf(
                        Applied.Refused.class,
                        subject().api().apply(subject().configMap(nowhere, "a", "1"), false));
        assertEquals(404, refused.code());
        assertEquals("NotFound", refused.reason());
        assertEquals("namespaces \"" + nowhere + "\" not found", refused.message());
    }

    @Test
    default void invalidObjectIsRefusedWithTheReason() {
        String ns = subject().freshNamespace();
        KubeObject broken =
                Shapes.deployment(ns, "web", 1, "example.invalid/web:1")
                        .with("else", "spec", "template", "metadata", "labels", "app");
        var refused = assertInstanceOf(Applied.Refused.class, subject().api().apply(broken, false));
        assertEquals(422, refused.code());
        assertEquals("Invalid", refused.reason());
        assertTrue(refused.message().contains("selector"), refused.message());
    }

    @Test
    default void immutableFieldIsRefused() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, "web", 0, "example.invalid/web:1");
        subject().applied(desired);
        KubeObject moved =
                desired.with("other", "spec", "selector", "matchLabels", "app")
                        .with("other", "spec", "template", "metadata", "labels", "app");
        var refused = assertInstanceOf(Applied.Refused.class, subject().api().apply(moved, true));
        assertEquals(422, refused.code());
        assertTrue(refused.message().contains("immutable"), refused.message());
    }

    @Test
    default void objectInAScopeThatItsKindDoesNotHaveIsRefusedAndNeverThere() {
        String ns = subject().freshNamespace();
        KubeObject inside = Shapes.object("v1", "Namespace", ns, subject().fresh());
        KubeObject nowhere = Shapes.configMap("", "settings", Map.of());
        for (KubeObject misplaced : List.of(inside, nowhere)) {
            var refused =
                    assertInstanceOf(
                            Applied.Refused.class, subject().api().apply(misplaced, false));
            assertEquals("WrongScope", refused.reason());
            assertInstanceOf(Found.Absent.class, subject().api().get(misplaced.ref()));
            assertInstanceOf(Deleted.Gone.class, subject().api().delete(misplaced.ref(), "u"));
        }
    }

    @Test
    default void generationRisesWithTheSpecAlone() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, "web", 0, "example.invalid/web:1");
        KubeObject first = subject().applied(desired);
        KubeObject labelled = subject().applied(desired.with("x", "metadata", "labels", "l"));
        KubeObject changed = subject().applied(desired.with(1, "spec", "replicas"));
        assertEquals(1, first.at("metadata", "generation"));
        assertEquals(1, labelled.at("metadata", "generation"));
        assertEquals(2, changed.at("metadata", "generation"));
    }

    @Test
    default void patchHoldsOnlyForItsVersion() {
        KubeObject live =
                subject().applied(subject().configMap(subject().freshNamespace(), "a", "1"));
        ObjectRef ref = live.ref();
        var first =
                assertInstanceOf(
                        Applied.Ok.class,
                        subject()
                                .api()
                                .patch(
                                        ref,
                                        Shapes.patch("2", "data", "a"),
                                        live.resourceVersion()));
        assertFalse(first.created());
        assertNotEquals(live.resourceVersion(), first.live().resourceVersion());
        var stale =
                assertInstanceOf(
                        Applied.Refused.class,
                        subject()
                                .api()
                                .patch(
                                        ref,
                                        Shapes.patch("3", "data", "a"),
                                        live.resourceVersion()));
        assertEquals(409, stale.code());
        assertEquals("2", subject().live(ref).at("data", "a"));
    }

    @Test
    default void patchRemovesWithNullAndNeverCreates() {
        String ns = subject().freshNamespace();
        KubeObject live = subject().applied(subject().configMap(ns, "a", "1", "b", "2"));
        KubeObject drop =
                new KubeObject(Map.of("data", Collections.singletonMap("a", (Object) null)));
        assertInstanceOf(Applied.Ok.class, subject().api().patch(live.ref(), drop, null));
        assertEquals(Map.of("b", "2"), subject().live(live.ref()).map("data"));
        var absent =
                subject().api().patch(Shapes.configMap(ns, "none", Map.of()).ref(), drop, null);
        assertEquals(404, assertInstanceOf(Applied.Refused.class, absent).code());
    }

    @Test
    default void aPatchOfTheManagedFieldsTakesAnOwnerOffAndChangesNoValue() {
        KubeObject desired =
                subject()
                        .configMap(subject().freshNamespace(), "a", "1")
                        .with("1", "metadata", "labels", "ours");
        subject().applied(desired);
        subject()
                .otherEdits(
                        "neighbour", desired.ref(), Shapes.patch("y", "metadata", "labels", "m"));
        KubeObject live = subject().live(desired.ref());
        Object unset = Collections.singletonMap("ours", (Object) null);
        KubeObject off =
                Shapes.patch(unset, "metadata", "labels")
                        .with(
                                Shapes.entries(live).stream()
                                        .filter(e -> "neighbour".equals(e.get("manager")))
                                        .toList(),
                                "metadata",
                                "managedFields");
        assertInstanceOf(
                Applied.Ok.class,
                subject().api().patch(desired.ref(), off, live.resourceVersion()));
        KubeObject after = subject().live(desired.ref());
        assertEquals(Map.of("a", "1"), after.map("data"));
        assertEquals(Map.of("m", "y"), after.map("metadata", "labels"));
        assertEquals(List.of("neighbour"), Shapes.managers(after));
    }

    @Test
    default void oneEmptyEntryTakesAllOwnersOff() {
        KubeObject live =
                subject().applied(subject().configMap(subject().freshNamespace(), "a", "1"));
        KubeObject off =
                new KubeObject(Map.of("metadata", Map.of("managedFields", List.of(Map.of()))));
        assertInstanceOf(
                Applied.Ok.class, subject().api().patch(live.ref(), off, live.resourceVersion()));
        KubeObject after = subject().live(live.ref());
        assertEquals(Map.of("a", "1"), after.map("data"));
        assertEquals(List.of(), Shapes.managers(after));
    }

    @Test
    default void deleteHitsOnlyTheObjectThatIsMeant() {
        KubeObject live =
                subject().applied(subject().configMap(subject().freshNamespace(), "a", "1"));
        assertInstanceOf(
                Deleted.OtherUid.class,
                subject().api().delete(live.ref(), "00000000-0000-0000-0000-000000000000"));
        assertEquals(live.uid(), subject().live(live.ref()).uid());
        assertInstanceOf(Deleted.Accepted.class, subject().api().delete(live.ref(), live.uid()));
        assertInstanceOf(Found.Absent.class, subject().api().get(live.ref()));
        assertInstanceOf(Deleted.Gone.class, subject().api().delete(live.ref(), live.uid()));
    }

    @Test
    default void finalizerKeepsADeletedObject() {
        KubeObject desired =
                subject()
                        .configMap(subject().freshNamespace(), "a", "1")
                        .with(List.of("example.invalid/wait"), "metadata", "finalizers");
        KubeObject live = subject().applied(desired);
        assertInstanceOf(Deleted.Accepted.class, subject().api().delete(live.ref(), live.uid()));
        assertNotNull(subject().live(live.ref()).at("metadata", "deletionTimestamp"));
        KubeObject release =
                new KubeObject(
                        Map.of("metadata", Collections.singletonMap("finalizers", (Object) null)));
        assertInstanceOf(Applied.Ok.class, subject().api().patch(live.ref(), release, null));
        assertInstanceOf(Found.Absent.class, subject().api().get(live.ref()));
    }
}
