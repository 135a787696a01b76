package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.portolan.model.dr.OperationKind;
import java.util.Set;

/** A field whose name Java keeps for itself. */
interface ForOperations {
    @JsonProperty("for")
    Set<OperationKind> operations();
}
