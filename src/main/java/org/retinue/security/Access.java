package org.retinue.security;

import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.security.Rules.Match;
import org.retinue.security.Sights.Sight;

/**
 * Decides whether a caller may do what it asks. What can be told by the path, {@link Gate} asks for every request; what
 * only a body, an expression or an answer tells, the resources ask that read these. Without authentication, everybody may
 * do everything.
 */
@Singleton
public class Access {

    private static final Uni<Void> GRANTED = Uni.createFrom().voidItem();

    private final AuthSettings settings;
    private final Sights sights;

    Access(Config config, @ConfigProperty(name = "quarkus.http.host") String host, Pool pool) {
        this.settings = AuthSettings.read(
                        name -> config.getOptionalValue(name, String.class).orElse(null))
                .requireFor(host);
        this.sights = settings.isOn() ? new Sights(pool) : null;
    }

    @PreDestroy
    void stop() {
        if (sights != null) {
            sights.close();
        }
    }

    AuthSettings settings() {
        return settings;
    }

    /**
     * Asks that the caller be one of these users, or an admin.
     *
     * @throws Problem {@code forbidden}
     */
    public void requireOneOf(RoutingContext request, String... users) {
        if (!isOneOf(request, users)) {
            throw forbidden();
        }
    }

    /** Whether the caller is one of these users, or an admin; without authentication, everybody may be. */
    public boolean isOneOf(RoutingContext request, String... users) {
        if (!settings.isOn()) {
            return true;
        }
        Caller caller = caller(request);
        return caller.isAdmin() || Stream.of(users).anyMatch(caller::is);
    }

    /**
     * Asks that the caller be an admin.
     *
     * @throws Problem {@code forbidden}
     */
    public void requireAdmin(RoutingContext request) {
        requireOneOf(request);
    }

    /**
     * Asks that the caller see the lists of all of these users. Fails with {@code forbidden}, and with the first that it
     * does not see as {@code user}.
     */
    public Uni<Void> requireSight(RoutingContext request, Collection<String> owners) {
        if (!settings.isOn()) {
            return GRANTED;
        }
        Caller caller = caller(request);
        return caller.isAdmin() ? GRANTED : requireSight(caller, owners);
    }

    /**
     * The name of the user whose view limits what the caller may see. It need not be a valid username. Empty if the caller
     * may see everything: an admin, or any caller without authentication.
     */
    public Optional<String> viewer(RoutingContext request) {
        if (!settings.isOn()) {
            return Optional.empty();
        }
        Caller caller = caller(request);
        return caller.isAdmin() ? Optional.empty() : Optional.of(caller.name());
    }

    /** Decides whether a caller, no admin, whose token has the rule's scope may do what the rule is about, or fails. */
    Uni<Void> decide(Caller caller, Match match, RoutingContext request) {
        return switch (match.rule().who()) {
            case EVERYBODY -> GRANTED;
            // The resources ask for what is not in the path.
            case OWN_OPERATIONS, SEES_SETS -> GRANTED;
            case SELF, SELF_BUT_NOT_ITS_NAME -> grant(caller.is(match.username()));
            case OTHER -> grant(caller.is(match.other()));
            case EITHER -> grant(caller.is(match.username()) || caller.is(match.other()));
            case SEES -> requireSight(caller, List.of(match.username()));
            case SEES_PATH -> requireSight(caller, List.of(match.username(), match.other()));
            case SEES_KNOWN_TO ->
                requireSight(
                        caller,
                        Stream.concat(Stream.of(match.username()), request.queryParam("known-to").stream())
                                .toList());
            case SEES_UNLESS_BLOCKED ->
                caller.is(match.username())
                        ? GRANTED
                        : Uni.join()
                                .all(
                                        require(caller, match.username(), Sight::isOfLists),
                                        require(caller, match.other(), sight -> !sight.isBlocked()))
                                .andFailFast()
                                .replaceWithVoid();
            case ADMINS -> grant(false);
        };
    }

    private Uni<Void> requireSight(Caller caller, Collection<String> owners) {
        if (owners.isEmpty()) {
            return GRANTED;
        }
        List<Uni<Void>> sights = owners.stream()
                .distinct()
                .map(owner -> require(caller, owner, Sight::isOfLists))
                .toList();
        return sights.size() == 1
                ? sights.get(0)
                : Uni.join().all(sights).andFailFast().replaceWithVoid();
    }

    private Uni<Void> require(Caller caller, String owner, Predicate<Sight> enough) {
        return sights.of(caller.name(), owner)
                .invoke(sight -> {
                    if (!enough.test(sight)) {
                        throw Problem.of(
                                        ProblemCode.FORBIDDEN,
                                        "The lists of user '" + owner + "' are not visible to the caller")
                                .with("user", owner);
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<Void> grant(boolean granted) {
        return granted ? GRANTED : Uni.createFrom().failure(forbidden());
    }

    private static Problem forbidden() {
        return Problem.of(ProblemCode.FORBIDDEN, "Only the user itself may do this");
    }

    /** Of every request that has come past the gate. */
    private static Caller caller(RoutingContext request) {
        return (Caller) ((QuarkusHttpUser) request.user()).getSecurityIdentity();
    }
}
