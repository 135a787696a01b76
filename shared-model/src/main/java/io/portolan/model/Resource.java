package io.portolan.model;

/**
 * A declarative resource: who it is and what its user wants. Its status has a version of its own.
 */
public record Resource<S extends Spec>(Metadata metadata, S spec) {
    public Kind kind() {
        return spec.kind();
    }

    public ResourceKey key() {
        return new ResourceKey(spec.kind(), metadata.tenant(), metadata.name());
    }

    public Uid uid() {
        return metadata.givenUid();
    }

    public Resource<S> with(Metadata metadata) {
        return new Resource<>(metadata, spec);
    }
}
