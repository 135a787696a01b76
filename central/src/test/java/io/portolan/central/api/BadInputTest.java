package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
    private static final String APPS = "/api/v1/tenants/shop/applications/";
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Reply put(String metadata, String spec) {
        return node.put(
                APPS + "web",
                "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"Application\",\"metadata\":"
                        + metadata
                        + ",\"spec\":"
                        + spec
                        + "}");
    }

    /** Single quotes stand for double ones. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'components':[{'name':'a','container':{'image':'x','prots':[80]}}]} | /spec/components/0/container/prots",
                "{'components':[{'name':'a','container':{'image':'x','replicas':'two'}}]} | /spec/components/0/container/replicas",
                "{'components':[{'name':'a','container':{'image':'x','ports':[0]}}]} | /spec/components/0/container/ports/0/port",
                "{'components':[{'name':'a','container':{'image':'x','ports':[{'port':80,'name':'web'},{'port':81,'name':'web'}]}}]} | /spec/components/0/container/ports/1/name",
                "{'components':[{'name':'a','container':{'image':'x','ports':[{'port':80,'name':'tcp-81'},81]}}]} | /spec/components/0/container/ports/1/name",
                "{'components':[{'name':'a','container':{'image':'x','ports':[{'port':80,'name':'8080'}]}}]} | /spec/components/0/container/ports/0/name",
                "{'components':[{'name':'a','container':{'image':'x','ports':[{'port':80,'name':'a--b'}]}}]} | /spec/components/0/container/ports/0/name",
                "{'components':[{'name':'a','container':{'image':'x','ports':[{'port':80,'name':'sixteen-letters-'}]}}]} | /spec/components/0/container/ports/0/name",
                "{'components':[{'name':'a','container':{'image':'x','ports':[80,80]}}]} | /spec/components/0/container/ports/1",
                "{'components':[{'name':'A_b','container':{'image':'x'}}]} | /spec/components/0/name",
                "{'components':[{'name':'a','container':{'image':''}}]} | /spec/components/0/container/image",
                "{'components':[]} | /spec/components",
                "{'components':7} | /spec/components",
                "{'component':[]} | /spec/component",
                "{'components':[{'name':'a','container':{'image':'x'}},{'name':'a','container':{'image':'x'}}]} | /spec/components/1/name",
                "{'components':[{'name':'a','manifests':[{'apiVersion':'v1','kind':'ConfigMap'}]}]} | /spec/components/0/manifests/0/metadata/name",
                "{'components':[{'name':'a','manifests':[{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':{'name':'r'}}]}]} | /spec/components/0/manifests/0/kind",
                "{'components':[{'name':'a','container':{'image':'x'}},{'name':'b','manifests':[{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web-a'}}]}]} | /spec/components/1/manifests/0/metadata/name",
                "{'components':[{'name':'a','manifests':[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','namespace':'kube-system'}}]}]} | /spec/components/0/manifests/0/metadata/namespace",
                "{'components':[{'name':'a','manifests':[{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'d'}}]}],'disasterRecovery':{'writers':'single'}} | /spec/components/0/manifests/0/kind",
                "{'components':[{'name':'a','container':{'image':'x'}}],'placement':{'where':'a in b'}} | /spec/placement/where",
                "{'components':[{'name':'a','container':{'image':'x'}}],'disasterRecovery':'Not A Name'} | /spec/disasterRecovery",
                "{'components':[{'name':'a','container':{'image':'x','replicas':1.5}}]} | /spec/components/0/container/replicas",
                "{'components':[{'name':'a','container':{'image':'x','replicas':1e99999}}]} | /spec/components/0/container/replicas",
                "{'components':[{'name':'a','container':{'image':'x','replicas':99999999999999999999}}]} | /spec/components/0/container/replicas",
                "{'components':[{'name':'a','container':{'image':'x','env':{'P':80}}}]} | /spec/components/0/container/env/P",
                "{'components':[{'name':'a','container':{'image':'x','env':{'P':'a\\u0000b'}}}]} | /spec/components/0/container/env/P",
                "{'components':[{'name':'a','container':{'image':'x','env':{'P':'\\ud800'}}}]} | /spec/components/0/container/env/P",
                "{'components':[null]} | /spec/components/0",
                "{'components':[{'name':'a','manifests':[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'x':1e400}]}]} | /spec/components/0/manifests/0/x",
            })
    void pointsAtTheFieldOfTheSpec(String spec, String pointer) {
        Reply reply = put("{}", spec.replace('\'', '"'));
        assertEquals(400, reply.status(), reply::toString);
        assertFalse(reply.text().contains("CoercionConfig"), reply::toString);
        assertEquals(List.of(pointer), reply.pointers(), reply::toString);
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'other'} | /metadata/name",
                "{'tenant':'other'} | /metadata/tenant",
                "{'labels':{'a b':'c'}} | /metadata/labels/a b",
                "{'labels':{'a':'c d'}} | /metadata/labels/a",
                "{'colour':'red'} | /metadata/colour",
                "{'labels':{'a':5}} | /metadata/labels/a",
                "{'annotations':{'a':'\\u0000'}} | /metadata/annotations/a",
                "{'annotations':{'x/y/z':''}} | /metadata/annotations/x~1y~1z",
            })
    void pointsAtTheFieldOfTheMetadata(String metadata, String pointer) {
        Reply reply =
                put(
                        metadata.replace('\'', '"'),
                        "{\"components\":[{\"name\":\"a\",\"container\":{\"image\":\"x\"}}]}");
        assertEquals(400, reply.status(), reply::toString);
        assertTrue(reply.pointers().contains(pointer), reply::toString);
    }

    @Test
    void aMissingTenantIsNamed() {
        Reply reply =
                node.put(
                        "/api/v1/tenants/nobody/applications/web",
                        Docs.application("x").replace("shop", "nobody"));
        assertEquals(400, reply.status());
        assertEquals(List.of("/metadata/tenant"), reply.pointers());
    }

    @Test
    void namesAreDnsLabels() {
        Reply reply = node.put("/api/v1/tenants/shop/applications/Not_A_Label", "{}");
        assertEquals(400, reply.status());
        assertEquals(
                400,
                node.put(APPS + "UPPER", Docs.application("x").replace("\"web\"", "\"UPPER\""))
                        .status());
    }

    @Test
    void theKindIsThatOfThePath() {
        Reply reply = node.put(APPS + "web", Docs.PLACEMENT);
        assertEquals(400, reply.status());
        assertEquals(List.of("/kind"), reply.pointers());
        assertEquals(
                List.of("/apiVersion"),
                node.put(APPS + "web", Docs.application("x").replace("io/v1", "io/v2")).pointers());
    }

    @Test
    void tooDeepIsRefusedWhileParsing() {
        Reply reply = put("{}", "{\"a\":".repeat(100) + "1" + "}".repeat(100));
        assertEquals(400, reply.status(), reply::toString);
        assertTrue(reply.text().contains("depth"), reply::toString);
    }

    @Test
    void brokenJsonIsRefused() {
        for (String body : List.of("{", "[]", "7", "{} {}", "{\"kind\":1,\"kind\":2}", "nul")) {
            assertEquals(400, node.put(APPS + "web", body).status(), body);
        }
        assertEquals(
                400,
                node.send("PUT", APPS + "web", "", "Content-Type", "application/json").status());
    }

    @Test
    void onlyUtf8IsRead() {
        byte[] fine = Docs.application("IMAGE").getBytes(StandardCharsets.UTF_8);
        for (byte[] letters :
                new byte[][] {
                    {(byte) 0xff, (byte) 0xfe},
                    {(byte) 0xc0, (byte) 0xaf},
                    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                    {'a', 0}
                }) {
            byte[] wrong =
                    new String(fine, StandardCharsets.ISO_8859_1)
                            .replace("IMAGE", new String(letters, StandardCharsets.ISO_8859_1))
                            .getBytes(StandardCharsets.ISO_8859_1);
            assertUnreadable(wrong);
        }
        assertUnreadable(Docs.application("x").getBytes(StandardCharsets.UTF_16));
        assertUnreadable(Docs.application("x").getBytes(StandardCharsets.UTF_16LE));
    }

    private static void assertUnreadable(byte[] body) {
        Reply reply =
                node.bytesAs(
                        node.adminToken(),
                        "PUT",
                        APPS + "web",
                        body,
                        "Content-Type",
                        "application/json");
        assertEquals(400, reply.status(), reply::toString);
        assertTrue(reply.text().contains("UTF-8"), reply::toString);
    }

    @Test
    void aNullInAMapIsToldAsSuch() {
        Reply reply = put("{\"labels\":{\"a\":null}}", "{\"components\":[]}");
        assertEquals(400, reply.status(), reply::toString);
        assertTrue(reply.text().contains("holds a null"), reply::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/tenants/shop/applications/a%00b",
                "/api/v1/tenants/%00",
                "/api/v1/tenants/shop/failovers/%00",
                "/api/v1/applications?fieldSelector=metadata.name%3D%00",
                "/api/v1/applications?labelSelector=a%3D%00",
                "/api/v1/applications?continue=AC8A",
                "/api/v1/applications?continue=Li4vLi4",
                "/api/v1/applications?continue=YS9iL2M",
                "/api/v1/applications?continue=nonsense!",
                "/api/v1/users?continue=%00",
                "/api/v1/users/%00",
                "/api/v1/tokens?user=%00",
                "/api/v1/tokens/%00",
                "/api/v1/tenants/shop/applications?labelSelector=a%20in",
                "/api/v1/tenants/shop/applications?limit=0",
                "/api/v1/tenants/shop/applications?watch=true&revision=-1",
            })
    void parametersHoldNothingThatNoStoreTakes(String path) {
        Reply reply = node.get(path);
        assertEquals(400, reply.status(), reply::toString);
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-5\r\n",
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "Content-Length: -5\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            })
    void bodiesOfUnclearLengthAreRefused(String rest) throws IOException {
        String answer = raw(rest, "");
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"spec\":null}",
                "{\"spec\":{\"components\":null}}",
                "{\"kind\":null}",
                "{\"apiVersion\":null}",
                "{\"metadata\":{\"name\":\"other\"}}",
                "[]",
                "null",
                "{\"spec\":{},\"spec\":{}}",
            })
    void aPatchTakesNothingAwayThatMustBe(String patch) {
        node.put(APPS + "patched", Docs.application("x").replace("\"web\"", "\"patched\""));
        Reply before = node.get(APPS + "patched");
        assertEquals(400, node.patch(APPS + "patched", patch).status());
        assertEquals(before.header("ETag"), node.get(APPS + "patched").header("ETag"));
    }

    @Test
    void otherContentTypesAreRefused() {
        Reply reply = node.put(APPS + "web", "kind: Application", "Content-Type", "text/yaml");
        assertEquals(415, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }

    @Test
    void tooLargeIsRefusedBeforeItIsSent() throws IOException {
        String answer = raw("Content-Length: 9000000\r\n\r\n", "");
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
    }

    @Test
    void tooLargeInChunksIsRefusedToo() throws IOException {
        String chunk = "100000\r\n" + " ".repeat(0x100000) + "\r\n";
        String answer = raw("Transfer-Encoding: chunked\r\n\r\n", chunk.repeat(8) + "100000\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    }

    private static String raw(String headers, String body) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), node.address().getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("PUT "
                                    + APPS
                                    + "web HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + node.adminToken()
                                    + "\r\nContent-Type: application/json\r\n"
                                    + headers
                                    + body)
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!answer.toString().contains("}")) {
                int read = socket.getInputStream().read(buffer);
                if (read < 0) {
                    break;
                }
                answer.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
            }
            return answer.toString();
        }
    }

    @Test
    void whatIsNotServedIsAProblemToo() {
        Reply nowhere = node.get("/api/v2/nothing");
        assertEquals(404, nowhere.status());
        assertEquals("application/problem+json", nowhere.header("Content-Type"));
        Reply method = node.post(APPS + "web", "{}");
        assertEquals(405, method.status());
        assertTrue(method.header("Allow").contains("PUT"), method.header("Allow"));
    }
}
