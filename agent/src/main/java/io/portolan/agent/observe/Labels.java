package io.portolan.agent.observe;

/** The labels that say what is Portolan's and whose it is. */
public final class Labels {
    public static final String MANAGED = "portolan.io/managed";
    public static final String TENANT = "portolan.io/tenant";
    public static final String APPLICATION = "portolan.io/application";
    public static final String APPLICATION_UID = "portolan.io/application-uid";

    private Labels() {}
}
