package io.portolan.cli;

/** Documents as central answers them. Valid by default. */
final class Fixtures {
    private Fixtures() {}

    static final String APPLICATION = "tenants/shop/applications/checkout";

    static String application(String health, long generation, long observed, String placed) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application",
         "metadata":{"tenant":"shop","name":"checkout","uid":"u-1","labels":{"tier":"prod"},
          "annotations":{},"generation":%d,"revision":41,"finalizers":["portolan.io/works"],
          "createdAt":"2026-03-01T09:00:00Z"},
         "spec":{"components":[{"name":"web","container":{"image":"shop/checkout:1.4",
           "ports":[{"port":8080}],"replicas":3}}],
          "placement":"eu-two-regions","disasterRecovery":"single-writer"},
         "status":{"observedGeneration":%d,"summary":"revision %d %s on 1 of 1","health":"%s",
          "epoch":3,"clusters":[
           {"cluster":"c1","region":"eu-west","role":"Active","leaving":false,"generation":%d,
            "health":"%s","heard":true,"readyReplicas":3,"desiredReplicas":3,"objects":2,"message":"",
            "troubles":[],"since":"2026-02-28T11:59:00Z"},
           {"cluster":"c2","region":"eu-north","role":"Standby","leaving":false,"generation":%d,
            "health":"Stopped","heard":false,"readyReplicas":0,"desiredReplicas":0,
            "message":"not heard since 2026-03-01T11:48:00Z; last known Stopped, 0 of 0 ready, revision 6",
            "troubles":[],"since":"2026-03-01T11:48:00Z"}],
          "conditions":[{"type":"Placed","truth":"%s","reason":"Chosen","message":"2 of 3 clusters",
           "since":"2026-03-01T09:00:05Z"}]}}
        """
                .formatted(
                        generation,
                        observed,
                        generation,
                        health.toLowerCase(java.util.Locale.ROOT),
                        health,
                        observed,
                        health,
                        observed,
                        placed);
    }

    static String application() {
        return application("Healthy", 7, 7, "True");
    }

    /** A third cluster beside those of {@link #application()}, with two troubles. */
    static String illApplication() {
        return application("Degraded", 7, 7, "True")
                .replace(
                        "revision 7 degraded on 1 of 1",
                        "revision 7 healthy on 1 of 2: c3 no such image (and 1 more pod)")
                .replace(
                        "\"since\":\"2026-03-01T11:48:00Z\"}],",
                        """
                        "since":"2026-03-01T11:48:00Z"},
                        {"cluster":"c3","region":"eu-north","role":"Active","leaving":false,"generation":7,
                         "health":"Degraded","heard":true,"readyReplicas":1,"desiredReplicas":3,"objects":1,
                         "message":"Pod shop/checkout-web-5c9f-x1: no such image","since":"2026-03-01T11:56:00Z",
                         "troubles":[{"object":{"apiVersion":"v1","kind":"Pod",
                         "namespace":"shop","name":"checkout-web-5c9f-x1"},"health":"Failed","reason":"ImagePullBackOff",
                         "message":"no such image (and 1 more pod)","since":"2026-03-01T11:56:30Z"},
                         {"object":{"apiVersion":"acme.io/v1","kind":"Database","namespace":"shop","name":"main"},
                         "health":"Progressing","reason":"RuleSaysNotYet","message":"phase Creating"}]}],""");
    }

    static String cluster(String name, String region, String reach) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Cluster",
         "metadata":{"name":"%s","uid":"u-%s","labels":{},"annotations":{},"generation":1,
          "revision":3,"finalizers":[],"createdAt":"2026-02-20T12:00:00Z"},
         "spec":{"location":{"provider":"metal","region":"%s","zone":"","jurisdiction":"EU"},
          "taints":[{"key":"gpu","value":"","effect":"NoSchedule"}],"cordoned":false},
         "status":{"reach":"%s","lastHeard":"2026-03-01T11:59:57Z",
          "observation":{"agentVersion":"0.1.0","kubernetesVersion":"v1.36.1",
           "capacity":{"nodes":4,"allocatableMillis":16000,"allocatableBytes":68719476736,
            "requestedMillis":3500,"requestedBytes":8589934592},
           "apiKinds":["Service"],"orphans":[]},"conditions":[]}}
        """
                .formatted(name, name, region, reach);
    }

    static final String TENANT =
            """
            {"apiVersion":"portolan.io/v1","kind":"Tenant",
             "metadata":{"name":"shop","uid":"u-shop","labels":{},"annotations":{},"generation":1,
              "revision":1,"finalizers":[],"createdAt":"2026-02-20T12:00:00Z"},
             "spec":{"clusters":"","clusterScopedKinds":[]}}
            """;

    static String user(String name, String tenant) {
        return """
        {"name":"%s","role":"%s","tenant":"%s","createdAt":"2026-02-20T12:00:00Z"}
        """
                .formatted(name, tenant.isEmpty() ? "Admin" : "Tenant", tenant);
    }

    static final String USERS =
            "{\"metadata\":{},\"items\":[" + user("admin", "") + "," + user("dev", "shop") + "]}";

    static final String TOKENS =
            """
            {"items":[
             {"id":"0123456789abcdef","user":"dev","tenant":"shop",
              "createdAt":"2026-02-28T12:00:00Z","expiresAt":"2026-03-30T12:00:00Z"},
             {"id":"fedcba9876543210","user":"admin","tenant":"",
              "createdAt":"2026-02-20T12:00:00Z","lastUsedAt":"2026-03-01T11:57:00Z"}]}
            """;

    static final String NODES =
            """
            {"epoch":7,"head":120,"items":[
             {"name":"central-0","id":"a1","role":"Leader","version":"0.1.0","api":"http://10.1.0.1:8440",
              "member":"10.1.0.1:8441","uptimeSeconds":7300,"lagRevisions":0,"silentSeconds":0.4,
              "sees":["a1","b2"],"majority":true},
             {"name":"central-1","id":"b2","role":"Follower","version":"0.1.0","api":"http://10.1.0.2:8440",
              "member":"10.1.0.2:8441","uptimeSeconds":65,"lagRevisions":3,"silentSeconds":0.9,
              "sees":["a1","b2"],"majority":true},
             {"name":"central-2","id":"c3","role":"Silent","version":"0.1.0","api":"http://10.1.0.3:8440",
              "member":"","uptimeSeconds":9000,"lagRevisions":40,"silentSeconds":12.3,
              "sees":["a1","b2","c3"],"majority":true}],
             "warnings":["central-2 has been silent for 12 s"]}
            """;

    static final String AUDIT =
            """
            {"items":[
             {"at":"2026-03-01T11:59:00Z","actor":"user:admin","action":"Attest",
              "subject":"Failover shop/checkout-1","reason":"seen off","comment":"call 77"},
             {"at":"2026-03-01T10:00:00Z","actor":"user:dev","action":"Update",
              "subject":"Application shop/checkout","reason":""}]}
            """;

    private static String spec(String image, String more) {
        return """
        {"components":[{"name":"web","container":{"image":"%s",
           "ports":[{"port":8080}],"replicas":3}}],
          "placement":"eu-two-regions","disasterRecovery":"single-writer"%s}"""
                .formatted(image, more);
    }

    /** Of generation 5 no event is kept any more; 7 paused what 6 says. */
    static final String REVISIONS =
            """
            {"items":[{"generation":7,"spec":%s},{"generation":6,"spec":%s},
             {"generation":5,"spec":%s}]}
            """
                    .formatted(
                            spec("shop/checkout:1.4", ",\"paused\":true"),
                            spec("shop/checkout:1.4", ""),
                            spec("shop/checkout:1.2", ""));

    static final String CHANGES =
            """
            {"items":[
             {"subject":"u-1","at":"2026-03-01T11:58:00Z","severity":"Normal",
              "reason":"SpecChanged","message":"generation 7","actor":"user:dev"},
             {"subject":"u-1","at":"2026-03-01T11:30:00Z","severity":"Warning","reason":"Drift",
              "message":"generation 6","actor":"cluster:c1"},
             {"subject":"u-1","at":"2026-03-01T10:00:00Z","severity":"Normal",
              "reason":"SpecChanged","message":"generation 6 (release 1.4 (final))",
              "actor":"user:ci"}]}
            """;

    static final String WHY =
            """
            {"application":"checkout","tenant":"shop","epoch":3,"generation":7,
             "members":[{"cluster":"c1","region":"eu-west","role":"Active","generation":7,
               "leaving":false}],
             "decision":{"satisfied":%s,"chosen":["u-c1"],
              "summary":"1 of 3 clusters: 1 region, 1 tainted",
              "counts":{"Chosen":1,"Selector":1,"Tainted":1},
              "fates":[
               {"cluster":"u-c1","name":"c1","chosen":true,"reason":"Chosen","detail":""},
               {"cluster":"u-c2","name":"c2","chosen":false,"reason":"Selector",
                "detail":"region eu-north is not eu-west"},
               {"cluster":"u-c3","name":"c3","chosen":false,"reason":"Tainted",
                "detail":"maintenance:NoSchedule"}],
              "trigger":"cluster c3 was tainted maintenance:NoSchedule",
              "decidedAt":"2026-02-24T09:30:00Z"},
             "conditions":[{"type":"Healthy","truth":"False","reason":"Starting",
              "message":"1 of 3 replicas","since":"2026-03-01T11:00:00Z"}]}
            """;

    static final String ROOM =
            """
            {"cluster":"c1","known":true,"assigned":{"millis":4000,"bytes":4294967296},
             "reserved":{"millis":4000,"bytes":4294967296},"reservedFor":["shop/checkout"],
             "reservations":1,"allocatable":{"millis":16000,"bytes":12884901888},
             "others":{"millis":1500,"bytes":3221225472},"beyond":{"millis":0,"bytes":0},
             "free":{"millis":6500,"bytes":1073741824}}
            """;

    /** One that keeps room, one that keeps more than it has, one of which nothing is known. */
    static final String ROOMS =
            """
            {"revision":41,"items":[%s,
             {"cluster":"c2","known":true,"assigned":{"millis":0,"bytes":0},
              "reserved":{"millis":0,"bytes":2147483648},
              "reservedFor":["shop/a","shop/b","shop/c"],"reservations":5,
              "allocatable":{"millis":1000,"bytes":1610612736},"others":{"millis":0,"bytes":0},
              "beyond":{"millis":500,"bytes":536870912},
              "free":{"millis":500,"bytes":-1073741824}},
             {"cluster":"c3","known":false,"assigned":{"millis":0,"bytes":0},
              "reserved":{"millis":0,"bytes":0},"reservedFor":[],"reservations":0}]}
            """
                    .formatted(ROOM);

    static final String REBALANCE =
            """
            {"revision":41,"atOnce":10,"underWay":2,"more":0,"items":[
             {"tenant":"shop","name":"cart","state":"heldBack","from":["c1"],
              "to":["c2"],"why":"29 points more: lowest cost 29","gain":29,
              "gains":{"lowest cost":29},
              "heldBack":"it moved a short time ago and rests until 2026-03-01T13:00:00Z",
              "next":""},
             {"tenant":"shop","name":"checkout","state":"proposed",
              "from":["c1","c3"],"to":["c2","c3"],
              "why":"the soft spread over region holds; 5 points less: lowest cost -5","gain":-5,
              "gains":{"lowest cost":-5},"next":"portolan rebalance apply shop/checkout"}]}
            """;

    static final String PLACEMENT_TABLE =
            """
            {"application":"checkout","tenant":"shop","revision":41,"satisfied":true,
             "summary":"1 of 3 clusters: 1 not needed, 1 region",
             "counts":{"NotNeeded":1,"Selector":1},"clusters":3,"fitting":2,"more":0,"items":[
             {"cluster":"u-c1","name":"c1","chosen":true,"reason":"Kept","detail":"was there",
              "rules":[{"rule":"where: region = eu-west","holds":true,"detail":""},
               {"rule":"not cordoned","holds":true,
                "detail":"keeps newcomers away: an operator has cordoned it"}],
              "score":30,"scores":{"lowest cost":20,"tier = gold":10},"rank":1,"tieBreak":4711},
             {"cluster":"u-c3","name":"c3","chosen":false,"reason":"NotNeeded",
              "detail":"#2 of 2 that fit, 1 asked for, score 40: lowest cost 30, tier = gold 10",
              "rules":[{"rule":"where: region = eu-west","holds":true,"detail":""},
               {"rule":"not cordoned","holds":true,"detail":""}],
              "score":40,"scores":{"lowest cost":30,"tier = gold":10},"rank":2,"tieBreak":12},
             {"cluster":"u-c2","name":"c2","chosen":false,"reason":"Selector",
              "detail":"the policy asks for region = eu-west, here it is eu-north",
              "rules":[{"rule":"where: region = eu-west","holds":false,
                "detail":"the policy asks for region = eu-west, here it is eu-north"},
               {"rule":"not cordoned","holds":false,"detail":"an operator has cordoned it"}],
              "score":0,"tieBreak":99}]}
            """;

    /** With the step that ended it, and an operator's word on the way. */
    static String endedFailover() {
        return failover("Aborted", "", "")
                .replace("checkout-1", "checkout-2")
                .replace(
                        "\"detail\":\"c1 stops\"}",
                        "\"detail\":\"c1 stops\"},{\"state\":\"Aborted\","
                                + "\"startedAt\":\"2026-03-01T11:59:09Z\",\"detail\":\"it is back\"}")
                .replace(
                        "\"abortRequested\"",
                        "\"attestation\":{\"operator\":\"ann\",\"reason\":\"seen off\","
                                + "\"at\":\"2026-03-01T11:59:05Z\",\"epoch\":4,\"clusters\":"
                                + "[{\"cluster\":\"u-c1\",\"name\":\"c1\"}]},\"abortRequested\"");
    }

    /** One that waits for a Job, after another one has ended. */
    static String hooked() {
        String waits =
                "promote: job checkout-promote-3f0c9a1b2d in c2, attempt 2, until"
                        + " 2026-03-01T12:01:38Z: 1 running";
        return failover("Promoting", waits, "waits, or portolan failover abort shop/checkout-3")
                .replace("checkout-1", "checkout-3")
                .replace(
                        "\"abortRequested\"",
                        """
                        "hooks":[
                         {"point":"dataGate","key":"u-f1/dataGate/1","occurrence":1,"controls":0,
                          "firstAttempt":1,"attempt":1,"phase":"succeeded","epoch":3,
                          "startedAt":"2026-03-01T11:59:01Z","endedAt":"2026-03-01T11:59:03.500Z",
                          "output":"{\\"lagSeconds\\": 2}","job":{"cluster":"u-c2","clusterName":"c2",
                          "name":"checkout-datagate-0a1b2c3d4e"}},
                         {"point":"promote","key":"u-f1/promote/1","occurrence":1,"controls":0,
                          "firstAttempt":1,"attempt":2,"phase":"running","epoch":4,
                          "startedAt":"2026-03-01T11:59:08Z","output":"","job":{"cluster":"u-c2",
                          "clusterName":"c2","name":"checkout-promote-3f0c9a1b2d"}}],
                        "abortRequested\"""");
    }

    static String failover(String state, String waitingFor, String next) {
        boolean done = state.equals("Completed");
        return """
        {"uid":"u-f1","tenant":"shop","name":"checkout-1","application":"u-1",
         "applicationName":"checkout",
         "request":{"to":"eu-north","from":[],"reason":"drill","requestedBy":"admin"},
         "singleWriter":true,"state":"%s",
         "plan":{"sources":["u-c1"],"target":"u-c2","demoteTimeout":"5m","verifyTimeout":"10m"},
         "steps":[
          {"state":"Preflight","startedAt":"2026-03-01T11:59:00Z",
           "endedAt":"2026-03-01T11:59:00.120Z","detail":"from c1 to c2"},
          {"state":"Fencing","startedAt":"2026-03-01T11:59:01Z","deadline":"2026-03-01T12:04:01Z",
           "detail":"c1 stops"}],
         "abortRequested":false,"epochBefore":3,"epochAfter":%d,
         "waitingFor":"%s","next":"%s","requestedAt":"2026-03-01T11:59:00Z"%s}
        """
                .formatted(
                        state,
                        done ? 4 : 3,
                        waitingFor,
                        next,
                        done
                                ? ",\"endedAt\":\"2026-03-01T11:59:04Z\",\"report\":"
                                        + "{\"commandToHealthy\":\"3s200ms\",\"rto\":\"4s100ms\","
                                        + "\"fence\":\"F2\",\"summary\":\"active on c2\"}"
                                : "");
    }

    static final String SIMULATION =
            """
            {"revision":41,
             "summary":"1 of 3 applications moves, 1 needs failover, 1 does not fit; cost 12.40 -> 10.10 per hour",
             "applications":3,"moves":1,
             "counts":{"Fits":1,"Degraded":0,"BreaksPolicy":0,"NeedsFailover":1,"DoesNotFit":1},
             "cost":{"before":12.40,"after":10.10,"unpricedBefore":[],"unpricedAfter":["c3"]},
             "changes":[
              {"tenant":"shop","name":"checkout","outcome":"NeedsFailover",
               "from":[{"cluster":"c1","role":"Active"},{"cluster":"c2","role":"Standby"}],
               "to":[{"cluster":"c2","role":"Active"}],
               "why":"c1 is lost; needs a failover to c2",
               "next":"portolan failover checkout --tenant shop --to c2"},
              {"tenant":"shop","name":"web","outcome":"Fits",
               "from":[{"cluster":"c1","role":"Active","replicas":{"web":3}}],
               "to":[{"cluster":"c3","role":"Active","replicas":{"web":3}}],
               "why":"c1 is lost","next":""},
              {"tenant":"shop","name":"tax","outcome":"DoesNotFit",
               "from":[{"cluster":"c1","role":"Active"}],"to":[],
               "why":"c1 is lost; 0 of 2 clusters (1 asked for): 2 region","next":""}]}
            """;

    static final String LOSSES =
            """
            {"revision":41,"pending":1,"items":[
             {"kind":"Region","name":"eu-west","answer":"NeedsFailover","clusters":1,"applications":3,
              "counts":{"Fits":1,"Degraded":1,"BreaksPolicy":0,"NeedsFailover":1,"DoesNotFit":0},
              "worst":[{"tenant":"shop","name":"checkout","outcome":"NeedsFailover"},
                       {"tenant":"shop","name":"web","outcome":"Degraded"}],
              "revision":41,"at":"2026-03-01T11:59:50Z"},
             {"kind":"Region","name":"eu-north","answer":"Fits","clusters":2,"applications":2,
              "counts":{"Fits":2,"Degraded":0,"BreaksPolicy":0,"NeedsFailover":0,"DoesNotFit":0},
              "worst":[],"revision":41,"at":"2026-03-01T11:59:51Z"},
             {"kind":"Zone","name":"eu-west/a","answer":"DoesNotFit","clusters":1,"applications":1,
              "counts":{"Fits":0,"Degraded":0,"BreaksPolicy":0,"NeedsFailover":0,"DoesNotFit":1},
              "worst":[{"tenant":"shop","name":"tax","outcome":"DoesNotFit"}],
              "revision":40,"at":"2026-03-01T11:59:20Z"}]}
            """;
}
