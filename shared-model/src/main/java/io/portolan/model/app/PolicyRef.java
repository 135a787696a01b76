package io.portolan.model.app;

import io.portolan.model.Spec;

/** A policy by name in the application's tenant, or written in place. */
public sealed interface PolicyRef<S extends Spec> {
    record Named<S extends Spec>(String name) implements PolicyRef<S> {}

    record Inline<S extends Spec>(S spec) implements PolicyRef<S> {}
}
