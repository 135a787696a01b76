package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.portolan.model.app.HealthRule;
import java.util.List;

/** Few applications judge kinds of their own: where there is no rule, nothing is written. */
interface RarelyRules {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<HealthRule> health();
}
