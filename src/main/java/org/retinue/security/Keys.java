package org.retinue.security;

import io.smallrye.mutiny.Uni;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * The keys with which tokens are signed, as they were when last asked for. They are asked for again now and then, and when
 * a token comes whose key is not among them. What can't be had anew stays as it was.
 */
final class Keys implements VerificationKeyResolver {

    /** How soon they are asked for again while there are none at all, and so nobody can be let in. */
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(Keys.class);

    private final KeySource source;
    private final Runnable whenChanged;
    private final Duration shortestInterval;

    private volatile State state = new State(List.of(), Set.of());

    private Uni<Boolean> underWay;
    /** When they were last asked for; null when they were not. */
    private Long endedAt;

    private boolean failing;

    private static final class State {

        final Set<String> texts;
        final VerificationKeyResolver resolver;

        State(List<JsonWebKey> keys, Set<String> texts) {
            this.texts = texts;
            // One key without a name, as in PEM, is the key, whatever a token calls it.
            this.resolver = keys.size() == 1 && keys.get(0).getKeyId() == null
                    ? (token, nesting) -> keys.get(0).getKey()
                    : resolver(keys);
        }
    }

    private static VerificationKeyResolver resolver(List<JsonWebKey> keys) {
        JwksVerificationKeyResolver resolver = new JwksVerificationKeyResolver(keys);
        // Of several keys that fit a token which names none, the one that verifies it.
        resolver.setDisambiguateWithVerifySignature(true);
        return resolver;
    }

    /**
     * Keys that are yet to be asked for.
     *
     * @param shortestInterval how soon a token with an unknown key may have them asked for again
     */
    Keys(KeySource source, Runnable whenChanged, Duration shortestInterval) {
        this.source = source;
        this.whenChanged = whenChanged;
        this.shortestInterval = shortestInterval;
    }

    /** Whether there are no keys yet: nothing can be said of a token. */
    boolean isEmpty() {
        return state.texts.isEmpty();
    }

    @Override
    public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> nesting) throws UnresolvableKeyException {
        return state.resolver.resolveKey(token, nesting);
    }

    /**
     * Asks for the keys, unless that was done a moment ago. Callers that ask meanwhile wait for the same answer.
     *
     * @return whether there are other keys now; false also when they can't be had
     */
    Uni<Boolean> refreshIfDue() {
        Duration interval = isEmpty() ? SHORTEST_RETRY : shortestInterval;
        synchronized (this) {
            if (underWay == null && endedAt != null && System.nanoTime() - endedAt < interval.toNanos()) {
                return Uni.createFrom().item(false);
            }
        }
        return refresh();
    }

    /** Asks for the keys; never fails. */
    synchronized Uni<Boolean> refresh() {
        if (underWay == null) {
            underWay = source.load()
                    .map(this::take)
                    .onFailure()
                    .recoverWithItem(this::failed)
                    .onTermination()
                    .invoke(this::ended)
                    .memoize()
                    .indefinitely();
        }
        return underWay;
    }

    private synchronized void ended() {
        underWay = null;
        endedAt = System.nanoTime();
    }

    private boolean take(List<JsonWebKey> keys) {
        Set<String> texts = keys.stream().map(JsonWebKey::toJson).collect(Collectors.toUnmodifiableSet());
        if (failing) {
            failing = false;
            LOG.info("keys=available");
        }
        if (texts.equals(state.texts)) {
            return false;
        }
        state = new State(keys, texts);
        whenChanged.run();
        LOG.infof("keys=%d", keys.size());
        return true;
    }

    /** Said once, and not for every token that comes meanwhile. */
    private boolean failed(Throwable failure) {
        if (!failing) {
            failing = true;
            LOG.warnf("keys=unavailable kept=%d reason=%s", state.texts.size(), failure.getMessage());
        }
        return false;
    }
}
