package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.portolan.model.dr.OperationKind;
import java.util.List;
import java.util.Set;

/** A rule with a field whose name Java keeps for itself. */
interface ForOperations {
    @JsonProperty("for")
    Set<OperationKind> operations();

    /** Few rules name them. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> by();
}
