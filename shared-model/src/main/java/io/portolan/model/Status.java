package io.portolan.model;

import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.cluster.ClusterStatus;

/** What the system observed and concluded. Only kinds that a controller watches have one. */
public sealed interface Status permits ApplicationStatus, ClusterStatus {
    java.util.List<Condition> conditions();
}
