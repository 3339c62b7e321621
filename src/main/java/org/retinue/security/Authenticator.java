package org.retinue.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.retinue.security.Tokens.InvalidTokenException;
import org.retinue.security.Tokens.Verified;

/**
 * Finds out who sends a request. To verify a signature takes longer than to answer a check, so that a token that was found
 * to be true is remembered for a little while: until it expires, the keys change, or a minute has passed.
 */
// Caffeine composes the names of these classes from the settings of the cache: see NativeTest
@RegisterForReflection(
        classNames = {"com.github.benmanes.caffeine.cache.SSMSW", "com.github.benmanes.caffeine.cache.PSWMS"})
final class Authenticator {

    /** A token with a hundred groups in it, and then some. */
    static final int LONGEST_TOKEN = 8 * 1024;

    private static final String SCHEME = "Bearer ";

    /** Some 10 MB of tokens of the usual size. */
    private static final int MOST_REMEMBERED = 8 * 1024;

    /** Anybody can send a token with a key that nobody knows. */
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);

    private static final Duration LONGEST_REMEMBERED = Duration.ofMinutes(1);

    private final Tokens tokens;
    private final Keys keys;

    private final Cache<String, Known> known = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(LONGEST_REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** A caller whose token was found to be true, and as what Vert.x knows it. */
    private record Known(Caller caller, QuarkusHttpUser user, Instant until) {}

    /** What to do with the one that has been found, or with why there is none. Exactly one of them is done. */
    interface Outcome {

        /** The request is of this caller. */
        void of(Caller caller, QuarkusHttpUser user);

        /** The request is not to be let in. */
        void refused(Refusal refusal);
    }

    Authenticator(AuthSettings settings, KeySource source) {
        this(settings, source, SHORTEST_INTERVAL);
    }

    /**
     * With an interval of its own.
     *
     * @param shortestInterval how soon a token with an unknown key may have the keys asked for again
     */
    Authenticator(AuthSettings settings, KeySource source, Duration shortestInterval) {
        this.keys = new Keys(source, known::invalidateAll, shortestInterval);
        this.tokens = new Tokens(settings, keys);
    }

    Keys keys() {
        return keys;
    }

    /**
     * Finds out who calls: at once, unless the token is signed with a key that has to be asked for first.
     *
     * @param authorization the values of Authorization
     * @param later runs what could not be done at once, on the request's own thread
     */
    void authenticate(List<String> authorization, Consumer<Runnable> later, Outcome outcome) {
        if (authorization.isEmpty()) {
            outcome.refused(Refusal.NO_TOKEN);
            return;
        }
        String header = authorization.get(0);
        if (authorization.size() > 1) {
            outcome.refused(Refusal.invalidToken("There is more than one Authorization"));
            return;
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            outcome.refused(Refusal.NO_TOKEN);
            return;
        }
        if (header.length() > SCHEME.length() + LONGEST_TOKEN) {
            outcome.refused(Refusal.invalidToken("A token may have " + LONGEST_TOKEN + " characters"));
            return;
        }
        String token = header.substring(SCHEME.length());
        Known remembered = known.getIfPresent(token);
        if (remembered != null && Instant.now().isBefore(remembered.until)) {
            outcome.of(remembered.caller, remembered.user);
            return;
        }
        if (!keys.isEmpty()) {
            try {
                found(token, outcome);
                return;
            } catch (InvalidTokenException invalid) {
                if (!invalid.isForLackOfKey()) {
                    outcome.refused(Refusal.invalidToken(invalid.getMessage()));
                    return;
                }
            }
        }
        keys.refreshIfDue().subscribe().with(changed -> later.accept(() -> again(token, outcome)));
    }

    private void again(String token, Outcome outcome) {
        if (keys.isEmpty()) {
            outcome.refused(Refusal.NO_KEYS);
            return;
        }
        try {
            found(token, outcome);
        } catch (InvalidTokenException invalid) {
            outcome.refused(Refusal.invalidToken(invalid.getMessage()));
        }
    }

    private void found(String token, Outcome outcome) throws InvalidTokenException {
        Verified verified = tokens.verify(token);
        Known caller = new Known(verified.caller(), new QuarkusHttpUser(verified.caller()), verified.until());
        known.put(token, caller);
        outcome.of(caller.caller, caller.user);
    }
}
