package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys come from an issuer or from a file, and change there without a restart here. */
class AuthenticatorTest {

    private static final String AUDIENCE = "retinue";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Vertx vertx;

    private final Signer first = Signer.rsa("first");
    private final TestIssuer issuer = new TestIssuer(first);

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aTokenOfTheIssuerIsTaken() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);

        Caller caller = caller(authenticator, token(first, "alice", "openid follows:read follows:write"));

        assertThat(caller).isEqualTo(new Caller("alice", Set.of(Scope.READ, Scope.WRITE)));
    }

    @Test
    void theKeysAreAskedForOnceAndNotForEveryToken() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);

        for (int i = 0; i < 5; i++) {
            caller(authenticator, token(first, "user" + i, "follows:read"));
        }

        assertThat(issuer.asked()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsNewIsFoundByTheFirstTokenThatHasIt() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);
        Signer second = Signer.ec("second");
        caller(authenticator, token(first, "alice", "follows:read"));

        issuer.signsWith(first, second);

        assertThat(caller(authenticator, token(second, "bob", "follows:read")).name())
                .isEqualTo("bob");
        assertThat(caller(authenticator, token(first, "alice", "follows:read")).name())
                .isEqualTo("alice");
    }

    @Test
    void aKeyThatIsWithdrawnIsNoLongerTakenOnceThatIsKnown() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);
        String token = token(first, "alice", "follows:read");
        caller(authenticator, token);

        issuer.signsWith(Signer.rsa("second"));
        authenticator.keys().refresh().await().atMost(PATIENCE);

        assertThat(refusal(authenticator, token).problem().code().status()).isEqualTo(401);
    }

    @Test
    void tokensWithUnknownKeysDoNotFloodTheIssuer() {
        Authenticator authenticator = ofIssuer(Duration.ofMinutes(1));
        caller(authenticator, token(first, "alice", "follows:read"));

        for (int i = 0; i < 20; i++) {
            refusal(authenticator, token(Signer.ec("unknown" + i), "mallory", "follows:admin"));
        }

        assertThat(issuer.asked()).isEqualTo(1);
    }

    @Test
    void anIssuerThatIsDownLetsNobodyInUntilItIsBack() throws InterruptedException {
        issuer.isDown(true);
        Authenticator authenticator = ofIssuer(Duration.ZERO);
        String token = token(first, "alice", "follows:read");

        Refusal meanwhile = refusal(authenticator, token);
        issuer.isDown(false);
        TimeUnit.MILLISECONDS.sleep(1_100);
        Caller afterwards = caller(authenticator, token);

        assertThat(meanwhile.problem().code().status()).isEqualTo(503);
        assertThat(afterwards.name()).isEqualTo("alice");
    }

    @Test
    void keysThatCannotBeHadAnewStayAsTheyWere() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);
        caller(authenticator, token(first, "alice", "follows:read"));

        issuer.isDown(true);
        authenticator.keys().refresh().await().atMost(PATIENCE);

        assertThat(caller(authenticator, token(first, "bob", "follows:read")).name())
                .isEqualTo("bob");
    }

    @Test
    void metadataOfAnotherIssuerAreNotBelieved() {
        issuer.callsItself("https://elsewhere.example.com");

        Refusal refusal = refusal(ofIssuer(Duration.ZERO), token(first, "alice", "follows:read"));

        assertThat(refusal.problem().code().status()).isEqualTo(503);
    }

    @Test
    void aKeyInAFileIsEnoughAndMayBeReplaced() throws IOException {
        Signer unnamed = Signer.rsa(null);
        Signer next = Signer.ec(null);
        Path file = Files.writeString(folder.resolve("key.pem"), AuthSettingsTest.pem(unnamed));
        Authenticator authenticator = ofFile(file);

        assertThat(caller(authenticator, token(unnamed, "alice", "follows:read"))
                        .name())
                .isEqualTo("alice");
        // a key without a name takes tokens that name one
        assertThat(caller(
                                authenticator,
                                token(new Signer(named(unnamed, "any"), unnamed.algorithm()), "bob", "follows:read"))
                        .name())
                .isEqualTo("bob");

        Files.writeString(file, AuthSettingsTest.pem(next));
        authenticator.keys().refresh().await().atMost(PATIENCE);

        assertThat(caller(authenticator, token(next, "carol", "follows:read")).name())
                .isEqualTo("carol");
    }

    @Test
    void aSetOfKeysInAFileIsEnough() throws IOException {
        Signer second = Signer.ec("second");
        issuer.signsWith(first, second);
        Authenticator authenticator = ofFile(Files.writeString(folder.resolve("keys.json"), issuer.jwks()));

        assertThat(caller(authenticator, token(first, "alice", "follows:read")).name())
                .isEqualTo("alice");
        assertThat(caller(authenticator, token(second, "bob", "follows:read")).name())
                .isEqualTo("bob");
    }

    @Test
    void theUserIsInTheClaimThatIsSet() {
        Authenticator authenticator = of(
                new Issuer(vertx, issuer.name()),
                Duration.ZERO,
                settings("RETINUE_AUTH_ISSUER", issuer.name(), "RETINUE_AUTH_USER_CLAIM", "preferred_username"));
        JwtClaims claims = Signer.claims(issuer.name(), AUDIENCE, "0b5c", "follows:read");
        JwtClaims admin = Signer.claims(issuer.name(), AUDIENCE, "service", "follows:admin");

        assertThat(refusal(authenticator, first.sign(claims)).problem().getMessage())
                .isEqualTo("The token has no claim preferred_username");
        // a service that acts for others has no user
        assertThat(caller(authenticator, first.sign(admin)).name()).isEqualTo("service");
        claims.setClaim("preferred_username", "alice");
        assertThat(caller(authenticator, first.sign(claims)).name()).isEqualTo("alice");
    }

    @Test
    void scopesAreWordsOrAList() {
        Authenticator authenticator = ofIssuer(Duration.ZERO);
        JwtClaims list = Signer.claims(issuer.name(), AUDIENCE, "alice", "");
        list.setStringListClaim("scp", "follows:write", "other");
        JwtClaims inclined = Signer.claims(issuer.name(), AUDIENCE, "bob", "follows:reader xfollows:admin");

        assertThat(caller(authenticator, first.sign(list)).scopes()).containsExactly(Scope.WRITE);
        assertThat(caller(authenticator, first.sign(inclined)).scopes()).isEmpty();
    }

    @Test
    void aTokenIsRememberedNoLongerThanItIsValid() throws Exception {
        Authenticator authenticator = of(
                new Issuer(vertx, issuer.name()),
                Duration.ZERO,
                settings("RETINUE_AUTH_ISSUER", issuer.name(), "RETINUE_AUTH_CLOCK_SKEW", "0"));
        // The keys are there before time counts.
        caller(authenticator, token(first, "alice", "follows:read"));
        int seconds = 2;
        JwtClaims claims = validFor(seconds);
        String token = first.sign(claims);
        Object answer = answer(authenticator, token);
        while (hasExpired(answer) && seconds < 8) {
            // This thread stood still.
            seconds *= 2;
            claims = validFor(seconds);
            token = first.sign(claims);
            answer = answer(authenticator, token);
        }
        assertThat(answer).isInstanceOf(Caller.class);

        long end = claims.getExpirationTime().getValueInMillis();
        TimeUnit.MILLISECONDS.sleep(end + 100 - System.currentTimeMillis());

        assertThat(answer(authenticator, token)).matches(AuthenticatorTest::hasExpired, "has expired");
    }

    private JwtClaims validFor(int seconds) {
        JwtClaims claims = Signer.claims(issuer.name(), AUDIENCE, "alice", "follows:read");
        NumericDate soon = NumericDate.now();
        soon.addSeconds(seconds);
        claims.setExpirationTime(soon);
        return claims;
    }

    private static boolean hasExpired(Object answer) {
        return answer instanceof Refusal refusal
                && refusal.problem().getMessage().equals("The token has expired");
    }

    private String token(Signer signer, String subject, String scope) {
        return signer.sign(Signer.claims(issuer.name(), AUDIENCE, subject, scope));
    }

    private Authenticator ofIssuer(Duration shortestInterval) {
        return of(new Issuer(vertx, issuer.name()), shortestInterval, settings("RETINUE_AUTH_ISSUER", issuer.name()));
    }

    private Authenticator ofFile(Path file) {
        return of(new KeyFile(file), Duration.ZERO, settings("RETINUE_AUTH_PUBLIC_KEY", file.toString()));
    }

    private static Authenticator of(KeySource source, Duration shortestInterval, AuthSettings settings) {
        return new Authenticator(settings, source, shortestInterval);
    }

    private static AuthSettings settings(String... set) {
        Map<String, String> variables = new HashMap<>(Map.of("RETINUE_AUTH_AUDIENCE", AUDIENCE));
        for (int i = 0; i < set.length; i += 2) {
            variables.put(set[i], set[i + 1]);
        }
        return AuthSettings.read(variables::get);
    }

    private static PublicJsonWebKey named(Signer signer, String keyId) {
        Signer copy = Signer.read(signer.jwk().toJson(OutputControlLevel.INCLUDE_PRIVATE));
        copy.jwk().setKeyId(keyId);
        return copy.jwk();
    }

    private static Caller caller(Authenticator authenticator, String token) {
        return (Caller) answer(authenticator, token);
    }

    private static Refusal refusal(Authenticator authenticator, String token) {
        return (Refusal) answer(authenticator, token);
    }

    private static Object answer(Authenticator authenticator, String token) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        authenticator.authenticate(List.of("Bearer " + token), Runnable::run, new Authenticator.Outcome() {
            @Override
            public void of(Caller caller, QuarkusHttpUser user) {
                answer.complete(caller);
            }

            @Override
            public void refused(Refusal refusal) {
                answer.complete(refusal);
            }
        });
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
