package org.retinue.security;

import io.restassured.RestAssured;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;

/** Tokens that are nearly good, or nothing like it; the same for the same seed. */
final class ForgedTokens {

    private static final long SEED = 20_261_123;
    private static final int CONNECTIONS = 4;
    private static final int PIPELINED = 50;
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** What a value in a header or in claims may be that it should not be. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e400",
            "9".repeat(400),
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[null]",
            "[[[[]]]]",
            "{\"a\":{\"b\":[1,2,{}]}}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"none\"",
            "\"NONE\"",
            "\"HS256\"",
            "\"RS1\"",
            "\"dir\"",
            "\"A128GCM\"",
            "\"../../etc/passwd\"",
            "\"http://127.0.0.1:1/keys\"",
            "[\"exp\"]",
            "[\"b64\"]");

    private static final List<String> HEADERS =
            List.of("alg", "kid", "typ", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t", "enc", "zip", "p2c");

    private static final List<String> CLAIMS = List.of("iss", "aud", "exp", "nbf");

    private final Random random;
    private final Signer signer = Guarded.signer();
    private final Signer stranger;
    private final String good = signer.sign(claims());
    private final List<String> header;
    private final List<String> payload;

    /** Some, since to sign takes long. */
    private final List<String> spoilt;

    private ForgedTokens(long seed, Signer stranger) {
        this.random = new Random(seed);
        this.stranger = stranger;
        this.header = List.of(text(good.split("\\.", -1)[0]));
        this.spoilt =
                Stream.generate(() -> signer.sign(spoiltClaims())).limit(100).toList();
        this.payload = List.of(text(good.split("\\.", -1)[1]));
    }

    /** Sends as many of them over a few connections, and counts the statuses of their answers. */
    static void sendAll(int many, Map<Integer, Integer> statuses) {
        Signer stranger = Signer.ec("first");
        List<CompletableFuture<List<Integer>>> all = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            ForgedTokens tokens = new ForgedTokens(SEED + i, stranger);
            all.add(CompletableFuture.supplyAsync(() -> tokens.send(many / CONNECTIONS)));
        }
        all.forEach(each -> each.join().forEach(status -> statuses.merge(status, 1, Integer::sum)));
    }

    private List<Integer> send(int many) {
        List<Integer> statuses = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (statuses.size() < many) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < PIPELINED; i++) {
                    requests.append("GET /v1/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
                            .append(next())
                            .append("\r\n\r\n");
                }
                out.write(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
                for (int i = 0; i < PIPELINED; i++) {
                    statuses.add(status(in));
                }
            }
            return statuses;
        } catch (IOException e) {
            throw new AssertionError("after " + statuses.size() + " answers", e);
        }
    }

    private String next() {
        return switch (random.nextInt(12)) {
            case 0 -> one(spoilt);
            case 1 -> joined(spoilt(header.get(0), HEADERS), payload.get(0), signature());
            case 2 -> joined(header.get(0), spoilt(payload.get(0), CLAIMS), signature());
            case 3 -> signed(stranger);
            case 4 -> confused();
            case 5 ->
                joined(
                        "{\"alg\":\"" + one(List.of("none", "None", "NONE", "nOnE", "")) + "\"}",
                        payload.get(0),
                        random.nextBoolean() ? "" : signature());
            case 6 -> cutOrSwapped();
            case 7 -> changed(good, random.nextInt(good.lastIndexOf('.')));
            case 8 ->
                changed(
                        good,
                        good.lastIndexOf('.') + 1 + random.nextInt(signature().length() - 2));
            case 9 -> noise(random.nextInt(200));
            case 10 -> joined(nested(), payload.get(0), signature());
            default -> good + BASE64.repeat(120 + random.nextInt(20));
        };
    }

    /** Signed with the right key, and wrong in what they say. */
    private String spoiltClaims() {
        JwtClaims claims = claims();
        String wrong = one(CLAIMS);
        claims.unsetClaim(wrong);
        String json = claims.toJson();
        // not before now is what only these say
        String value = wrong.equals("nbf") ? one(List.of("99999999999", "\"x\"", "{}", "[]", "true")) : one(VALUES);
        if (wrong.equals("exp") && value.startsWith("9")) {
            value = "0";
        }
        return json.substring(0, json.length() - 1) + ",\"" + wrong + "\":" + value + "}";
    }

    private String signed(Signer other) {
        return other.sign(claims());
    }

    private String confused() {
        byte[] secret = random.nextBoolean()
                ? signer.jwk().getPublicKey().getEncoded()
                : AuthSettingsTest.pem(signer).getBytes(StandardCharsets.UTF_8);
        String algorithm = one(List.of(
                AlgorithmIdentifiers.HMAC_SHA256, AlgorithmIdentifiers.HMAC_SHA384, AlgorithmIdentifiers.HMAC_SHA512));
        return signer.sign(claims().toJson(), algorithm, new HmacKey(secret));
    }

    /** With a value exchanged or added, which breaks the signature at least. */
    private String spoilt(String json, List<String> names) {
        return json.substring(0, json.length() - 1) + ",\"" + one(names) + "\":" + one(VALUES) + "}";
    }

    private String cutOrSwapped() {
        String[] parts = good.split("\\.", -1);
        return switch (random.nextInt(6)) {
            case 0 -> good.substring(0, random.nextInt(good.length() - 3));
            case 1 -> parts[1] + '.' + parts[0] + '.' + parts[2];
            case 2 -> parts[0] + '.' + parts[1];
            case 3 -> parts[0] + '.' + parts[1] + '.';
            case 4 -> good + '.' + parts[2];
            default -> good + '.' + parts[0] + '.' + parts[1];
        };
    }

    private String changed(String token, int at) {
        char other;
        do {
            other = BASE64.charAt(random.nextInt(BASE64.length()));
        } while (other == token.charAt(at));
        return token.substring(0, at) + other + token.substring(at + 1);
    }

    /** Any bytes that a header may have, the first of them visible. */
    private String noise(int length) {
        StringBuilder noise = new StringBuilder("~");
        for (int i = 0; i < length; i++) {
            int octet = 0x20 + random.nextInt(0x100 - 0x20);
            noise.append(octet == 0x7f ? '.' : (char) octet);
        }
        return noise.append('~').toString();
    }

    private String nested() {
        int depth = 1 + random.nextInt(2_000);
        return "{\"alg\":" + "[".repeat(depth) + (random.nextBoolean() ? "]".repeat(depth) : "") + "}";
    }

    private String signature() {
        return good.substring(good.lastIndexOf('.') + 1);
    }

    private static JwtClaims claims() {
        return Guarded.claims("mallory", "follows:read follows:write follows:admin");
    }

    private static String joined(String header, String payload, String signature) {
        return encoded(header) + '.' + encoded(payload) + '.' + signature;
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String encoded) {
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static int status(InputStream in) throws IOException {
        String line = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return Integer.parseInt(line.substring(9, 12));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed after: " + line);
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
