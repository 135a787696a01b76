/**
 * The domain of Portolan. A module so that sealed types may have their cases in the package that
 * they are about; on the class path it behaves as any jar.
 */
module io.portolan.model {
    requires transitive com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jdk8;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires static transitive org.jspecify;

    exports io.portolan.model;
    exports io.portolan.model.app;
    exports io.portolan.model.cluster;
    exports io.portolan.model.dr;
    exports io.portolan.model.operation;
    exports io.portolan.model.placement;
    exports io.portolan.model.wire;
}
