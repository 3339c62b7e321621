package org.retinue;

import static io.restassured.RestAssured.given;

import java.util.regex.Pattern;

/** The metrics of the service, as Prometheus reads them. */
public final class ScrapedMetrics {

    private static final Pattern COUNT = Pattern.compile("(?m)^http_server_requests_seconds_count\\{.*} (\\S+)$");
    private static final long PATIENCE_MILLIS = 20_000;

    private ScrapedMetrics() {}

    /** Returns the whole text. */
    public static String text() {
        return given().accept("text/plain").get("/q/metrics").asString();
    }

    /** Returns the number of requests counted so far, over all tags. */
    public static long requests() {
        return COUNT.matcher(text())
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    /** Waits until that number of requests is counted: the service counts a request just after its response. */
    public static void awaitRequests(long number) throws InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (requests() < number) {
            if (System.currentTimeMillis() > end) {
                throw new AssertionError("expected " + number + " requests to be counted, got " + requests());
            }
            Thread.sleep(10);
        }
    }
}
