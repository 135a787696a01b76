package io.portolan.agent.kube;

import io.kubernetes.client.openapi.ApiClient;
import java.util.HashMap;

/**
 * The official client without its JSON side: loading that registers more than 700 typed models,
 * which Portolan never uses and an agent would carry for life. Only authentication and TLS remain.
 */
final class LeanClient extends ApiClient {
    @Override
    protected void init() {
        verifyingSsl = true;
        authentications = new HashMap<>();
        setUserAgent("portolan-agent");
    }
}
