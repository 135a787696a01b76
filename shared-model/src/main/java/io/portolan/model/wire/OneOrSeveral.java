package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Preference;
import java.util.List;

/** What most documents have one of: written without a list around it, or not at all. */
interface OneOrSeveral {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonFormat(
            with = {
                JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
    List<PlacementPolicySpec.Spread> spread();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Preference> prefer();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonFormat(
            with = {
                JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
    List<Affinity> affinity();
}
