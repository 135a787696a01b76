package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Few works adopt single objects: where there is none, nothing is written. */
interface RarelyAdopting {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> adopting();
}
