package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.ScrapedMetrics;
import org.retinue.TestDatabase;

/** Labels of metrics hold nothing that a client made up. */
@QuarkusTest
class MetricLabelsTest {

    private static final long SEED = 20_260_302;
    private static final int MALFORMED = 300;

    /** More than Quarkus counts by default: see quarkus.micrometer.binder.http-server.max-uri-tags. */
    private static final int MADE_UP = 120;

    @TestHTTPResource("/")
    URI service;

    private RawHttp http;

    @BeforeEach
    void connect() {
        TestDatabase.empty();
        http = new RawHttp(service.getPort());
    }

    @Test
    void refusedRequestsLeaveNoNameInLabels() throws InterruptedException {
        List<byte[]> requests = RefusedRequests.naming("qzxwv");
        long before = ScrapedMetrics.requests();

        requests.forEach(request -> http.send(request, false));

        ScrapedMetrics.awaitRequests(before + requests.size());
        assertThat(ScrapedMetrics.text()).doesNotContainIgnoringCase("qzxwv");
    }

    @Test
    void malformedRequestsLeaveNoNameInLabels() throws InterruptedException {
        new MalformedRequests(SEED).stream().limit(MALFORMED).forEach(request -> {
            String named = request.latin1()
                    .replace("alice", "qzxwv")
                    .replace("Alice", "qzxwv")
                    .replace("BREW", "QZXWV");
            http.send(named.getBytes(StandardCharsets.ISO_8859_1), request.head());
        });
        long before = ScrapedMetrics.requests();
        http.get("/v1/users");

        ScrapedMetrics.awaitRequests(before + 1);
        assertThat(ScrapedMetrics.text()).doesNotContainIgnoringCase("qzxwv");
    }

    @Test
    void madeUpUrlsKeepRealRoutesCounted() throws InterruptedException {
        long before = ScrapedMetrics.requests();
        for (int i = 0; i < MADE_UP; i++) {
            http.send("OPTIONS", "/v1/users/made-up-" + i, "", null);
            http.send("MADEUP" + i, "/v1/made-up/" + i, "", null);
            http.send("DELETE", "/v1/made-up;" + i, "", null);
        }
        http.get("/v1/users/nobody/mutuals");

        ScrapedMetrics.awaitRequests(before + 3 * MADE_UP + 1);
        assertThat(ScrapedMetrics.text())
                .contains("uri=\"/v1/users/{username}/mutuals\"")
                .doesNotContainIgnoringCase("made-up")
                .doesNotContain("MADEUP");
    }
}
