package io.portolan.agent.core;

/** The labels that say what is Portolan's and whose it is. */
final class Labels {
    static final String MANAGED = "portolan.io/managed";
    static final String TENANT = "portolan.io/tenant";
    static final String APPLICATION = "portolan.io/application";
    static final String APPLICATION_UID = "portolan.io/application-uid";

    private Labels() {}
}
