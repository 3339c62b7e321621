package org.retinue.problem;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Requests that begin as good ones and are then spoilt; the same for the same seed. */
final class MalformedRequests {

    /** How many of them are enough to meet every way of spoiling in every place. */
    private static final int MANY = 1_200;

    private static final List<String> METHODS =
            List.of("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "BREW");

    private static final List<String> TARGETS = List.of(
            "/v1/users/alice",
            "/v1/users?prefix=al&limit=10",
            "/v1/users/alice/following/bob",
            "/v1/users/alice/followers/bob",
            "/v1/users/alice/following?limit=2&order=oldest",
            "/v1/users/alice/followers?from=2026-03-01T12:00:00Z&cursor=AAAA",
            "/v1/batch",
            "/v1/imports?id=one",
            "/v1/imports/one",
            "/v1/export?format=csv",
            "/v1/audit",
            "/v1/audit/repairs",
            "/v1/users/alice/relationships?with=bob,carol",
            "/v1/users/alice/requests?limit=2",
            "/v1/users/alice/requests/bob",
            "/v1/users/alice/blocks/bob",
            "/v1/users/alice/blocks?cursor=AAAA&order=oldest",
            "/v1/users/alice/mutes/bob",
            "/v1/users/alice/mutes",
            "/v1/users/alice/mutuals?limit=2",
            "/v1/users/alice/followers?known-to=bob",
            "/v1/users/alice/suggestions?limit=3",
            "/v1/users/alice/path/bob",
            "/v1/users/alice/suspension",
            "/v1/select?of=(followers:alice-blocks:bob)%26following:carol&limit=2",
            "/v1/select/count?of=followers:alice%7Cmutes:bob",
            "/v1/erasures/0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11");

    private static final List<String> BODIES = List.of(
            "{\"displayName\": \"Alice\", \"private\": false}",
            "{\"username\": \"alicia\"}",
            "{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"}]}",
            "{\"with\": [\"bob\", \"carol\"]}",
            "{\"until\": \"2026-03-01T12:00:00Z\"}",
            "{\"follower\": \"alice\", \"followed\": \"bob\"}\n{\"username\": \"carol\"}",
            "follower,followed,since\nalice,bob,2026-03-01T12:00:00Z\n",
            "alice bob\n");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/merge-patch+json",
            "application/x-ndjson",
            "text/csv",
            "text/plain",
            "application/json; charset=UTF-16",
            "application/json; charset=none",
            "application",
            "/",
            ";;;",
            "*/*");

    private static final List<String> ACCEPTS =
            List.of("application/json", "*/*", "text/html", "application/problem+json", ";", "a/b/c", "*/*;q=x");

    private static final List<String> SNIPPETS = List.of(
            "%",
            "%00",
            "%zz",
            "%FF%FE",
            "..",
            "/",
            "//",
            "?",
            "&",
            "=",
            "#",
            "\u0000",
            "\u0001",
            "\u00ff",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\u0000",
            "\\ud800",
            "null",
            "1e999",
            "-1",
            "'",
            "; drop table users",
            "\t");

    private final Random random;

    /** How many to send: {@code soak.malformed}, or else enough. */
    static int many() {
        return Integer.getInteger("soak.malformed", MANY);
    }

    MalformedRequests(long seed) {
        random = new Random(seed);
    }

    /**
     * One of them.
     *
     * @param latin1 its bytes, each as the character of that number
     * @param head whether its answer has no body
     */
    record Request(String latin1, boolean head) {

        byte[] bytes() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return latin1.codePoints()
                    .limit(400)
                    .collect(StringBuilder::new, Request::printable, StringBuilder::append)
                    .toString();
        }

        private static void printable(StringBuilder text, int octet) {
            if (octet >= ' ' && octet < 0x7f) {
                text.append((char) octet);
            } else {
                text.append(String.format("\\x%02x", octet));
            }
        }
    }

    Stream<Request> stream() {
        return Stream.generate(this::next);
    }

    private Request next() {
        String method = one(METHODS);
        String target =
                "/" + spoilt(one(TARGETS).substring(1), random.nextInt(3)).replaceAll("[\\r\\n ]", "");
        String type = random.nextInt(4) == 0 ? "" : "Content-Type: " + one(TYPES) + "\r\n";
        String accept = random.nextInt(3) == 0 ? "Accept: " + one(ACCEPTS) + "\r\n" : "";
        byte[] body = random.nextInt(4) == 0
                ? null
                : spoilt(one(BODIES), 1 + random.nextInt(4)).getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = RawHttp.request(method, target, type + accept, body);
        return new Request(new String(request, StandardCharsets.ISO_8859_1), method.equals("HEAD"));
    }

    /** With some characters inserted, taken away, doubled or exchanged. */
    private String spoilt(String good, int times) {
        StringBuilder text = new StringBuilder(good);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(6));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, one(SNIPPETS));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.replace(at, end, one(SNIPPETS));
                default -> text.insert(at, (char) random.nextInt(256));
            }
        }
        return text.toString();
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
