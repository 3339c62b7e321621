package org.retinue.problem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests that the service refuses at every stage before, in and after routing, each with a user's name wherever it fits. */
public final class RefusedRequests {

    private RefusedRequests() {}

    /** Returns them, each for a connection of its own. */
    public static List<byte[]> naming(String name) {
        String user = "/v1/users/" + name;
        String json = "Content-Type: application/json\r\n";
        String referer = "Referer: http://" + name + "/" + name + "\r\nUser-Agent: " + name + "\r\n";
        byte[] body = ("{\"displayName\": \"" + name + "\", \"" + name + "\": 1}").getBytes(StandardCharsets.UTF_8);
        List<byte[]> requests = new ArrayList<>();
        // no such user, no such route
        requests.add(RawHttp.request("GET", user + "/blocks/" + name, referer, null));
        requests.add(RawHttp.request("GET", "/" + name, referer, null));
        requests.add(RawHttp.request("GET", user + "/" + name + "?" + name + "=" + name, referer, null));
        // no such method
        requests.add(RawHttp.request("POST", user, json, body));
        requests.add(RawHttp.request(name, user, json, body));
        requests.add(RawHttp.request("DELETE", "/v1/users?" + name, "", null));
        // OPTIONS, also as browsers ask before a cross-origin request
        requests.add(RawHttp.request("OPTIONS", user, "", null));
        requests.add(RawHttp.request("OPTIONS", "/" + name, "", null));
        requests.add(RawHttp.request(
                "OPTIONS",
                user,
                "Origin: http://" + name + "\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: "
                        + name + "\r\n",
                null));
        requests.add(RawHttp.request("PUT", user, "Origin: http://" + name + "\r\n", null));
        requests.add(RawHttp.request("PUT", user, "Sec-Fetch-Site: cross-site\r\n" + referer, null));
        // malformed paths and queries
        requests.add(RawHttp.request("GET", user + "%zz", "", null));
        requests.add(RawHttp.request("GET", user + ";" + name, "", null));
        requests.add(RawHttp.request("GET", "/v1/users/../" + name, "", null));
        requests.add(RawHttp.request("GET", "//" + name, "", null));
        requests.add(RawHttp.request("GET", user + "/followers?cursor=" + name + "&limit=" + name, "", null));
        requests.add(RawHttp.request("GET", "/v1/select?of=" + name, "", null));
        // too long or too large
        requests.add(RawHttp.request("GET", user + "?" + name.repeat(2_000), "", null));
        requests.add(RawHttp.request("GET", user, "X-Name: " + name.repeat(3_500) + "\r\n", null));
        requests.add(RawHttp.request("PATCH", user, json + "Content-Length: 999999999\r\n", null));
        // bodies and media types
        requests.add(RawHttp.request("PATCH", user, json, body));
        requests.add(RawHttp.request("PATCH", user, "Content-Type: text/" + name + "\r\n", body));
        requests.add(RawHttp.request("GET", user, "Accept: text/" + name + "\r\n", null));
        requests.add(RawHttp.request("POST", "/v1/batch", json, body));
        requests.add(RawHttp.request("POST", "/v1/imports?id=" + name, "Content-Type: text/plain\r\n", body));
        // another host, and none
        requests.add(("GET " + user + " HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        requests.add(("GET " + user + " HTTP/1.1\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        requests.add(("GET http://" + name + user + " HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return requests;
    }
}
