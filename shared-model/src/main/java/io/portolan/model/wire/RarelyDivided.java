package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/** Few applications divide their replicas: where nothing is divided, nothing is written. */
interface RarelyDivided {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Integer> replicas();

    /** Few policies prefer one cluster to another. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Integer> scores();

    /** Few clusters join a second time. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean returned();

    /** Few policies hold what returns. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean held();
}
