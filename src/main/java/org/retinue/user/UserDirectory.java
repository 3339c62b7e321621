package org.retinue.user;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.coalesce.Coalescer;
import org.retinue.coalesce.Limits;
import org.retinue.database.CancellableConnection;
import org.retinue.database.Retry;
import org.retinue.database.SqlFailure;
import org.retinue.erasure.ErasedNames;
import org.retinue.page.CursorCodec;
import org.retinue.page.CursorKey;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** Who there is: registers users, finds, changes and lists them. */
@ApplicationScoped
public class UserDirectory {

    private static final String NAMES = "users/";

    /** Comes after every character that a name can have. */
    private static final String AFTER_ALL = "\u007f";

    private final Pool pool;
    private final CursorKey cursorKey;
    private final FollowCeiling ceiling;
    private final Coalescer<String, Optional<UserProfile>> profiles;
    private final Coalescer<Entry, Registration> registrations;
    private final boolean refusesErased;

    /** A directory in which the name of an erased user can't be registered again, of users who follow as many as they like. */
    public UserDirectory(Pool pool) {
        this(pool, ErasedNames.REFUSED, FollowCeiling.NONE);
    }

    @Inject
    public UserDirectory(
            Pool pool,
            @ConfigProperty(name = "retinue.erased-names", defaultValue = "refused") ErasedNames erasedNames,
            FollowCeiling ceiling) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
        this.ceiling = ceiling;
        this.refusesErased = erasedNames == ErasedNames.REFUSED;
        this.profiles = new Coalescer<>("profiles", Limits.USUAL, this::profiles, SqlFailure::verdict);
        this.registrations = new Coalescer<>("registrations", Limits.USUAL, this::registrations, SqlFailure::verdict);
    }

    @PreDestroy
    void stop() {
        profiles.close();
        registrations.close();
    }

    /**
     * Registers a user, or changes the one that is there: what the change leaves absent stays.
     *
     * <p>Fails with {@code username-erased} when there was such a user, and it is erased.
     *
     * @return whether the user is new
     */
    public Uni<Boolean> put(String username, UserChange change) {
        return submit(username, change).chain(registration -> switch (registration) {
            case CREATED -> Uni.createFrom().item(true);
            case THERE ->
                change.isEmpty()
                        ? Uni.createFrom().item(false)
                        : change(username, change).replaceWith(false);
            case REFUSED -> Uni.createFrom().failure(erased(username));
        });
    }

    /**
     * Registers a user. Of concurrent calls, one succeeds.
     *
     * <p>Fails with {@code precondition-failed} if the user exists, or {@code username-erased}.
     */
    public Uni<Void> create(String username, UserChange change) {
        return submit(username, change).chain(registration -> switch (registration) {
            case CREATED -> Uni.createFrom().voidItem();
            case THERE ->
                Uni.createFrom()
                        .failure(Problem.of(
                                        ProblemCode.PRECONDITION_FAILED,
                                        "User '" + username + "' already exists, and If-None-Match is *")
                                .with("user", username));
            case REFUSED -> Uni.createFrom().failure(erased(username));
        });
    }

    private Uni<Registration> submit(String username, UserChange change) {
        return registrations.submit(new Entry(
                username, change.displayName().orElse(null), change.isPrivate().orElse(null)));
    }

    /** What became of a registration. */
    private enum Registration {
        CREATED,
        THERE,
        REFUSED
    }

    /**
     * A user to register.
     *
     * @param displayName null for none
     * @param isPrivate null for not
     */
    public record Entry(String username, String displayName, Boolean isPrivate) {}

    /**
     * What became of names that were to be registered; those in neither list were there before.
     *
     * @param created who is new
     * @param refused who is not there, since the name was an erased user's
     */
    public record Registered(List<String> created, Set<String> refused) {}

    /** Who comes first with a name registers it; the others find it there. */
    private Uni<List<Registration>> registrations(List<Entry> entries) {
        Map<String, Entry> first = new LinkedHashMap<>();
        entries.forEach(entry -> first.putIfAbsent(entry.username(), entry));
        return registerOnce(List.copyOf(first.values())).map(registered -> {
            Set<String> created = new HashSet<>(registered.created());
            return entries.stream()
                    .map(entry -> {
                        if (registered.refused().contains(entry.username())) {
                            return Registration.REFUSED;
                        }
                        return created.remove(entry.username()) ? Registration.CREATED : Registration.THERE;
                    })
                    .toList();
        });
    }

    /**
     * Registers whoever of these is not there yet, in one statement; the others stay as they are.
     *
     * @param entries with distinct names, each of the form that {@link Username} asks for
     */
    public Uni<Registered> register(List<Entry> entries) {
        return Retry.transients(() -> registerOnce(entries));
    }

    private Uni<Registered> registerOnce(List<Entry> entries) {
        Tuple given = Tuple.of(
                entries.stream().map(Entry::username).toArray(String[]::new),
                entries.stream().map(Entry::displayName).toArray(String[]::new),
                entries.stream().map(Entry::isPrivate).toArray(Boolean[]::new),
                refusesErased);
        return CancellableConnection.with(
                        pool,
                        connection -> connection.preparedQuery(UserSql.REGISTER).execute(given))
                .map(rows -> {
                    Registered registered = new Registered(new ArrayList<>(rows.size()), new HashSet<>());
                    rows.forEach(row -> (row.getBoolean("erased") ? registered.refused() : registered.created())
                            .add(row.getString("username")));
                    return registered;
                });
    }

    /**
     * The profile of a user, with both counts.
     *
     * <p>Fails with {@code unknown-user}.
     */
    public Uni<UserProfile> profile(String username) {
        return profiles.submit(username).map(profile -> profile.orElseThrow(() -> Problem.unknownUser(username)));
    }

    private Uni<List<Optional<UserProfile>>> profiles(List<String> usernames) {
        return CancellableConnection.with(pool, connection -> connection
                        .preparedQuery(UserSql.PROFILES)
                        .execute(Tuple.of(usernames.toArray(String[]::new))))
                .map(rows -> {
                    List<Optional<UserProfile>> profiles =
                            new ArrayList<>(Collections.nCopies(usernames.size(), Optional.empty()));
                    rows.forEach(row -> profiles.set(row.getInteger(0) - 1, Optional.of(UserProfile.of(row))));
                    return profiles;
                });
    }

    /**
     * Changes a user: what the change leaves absent stays. Who stops being private accepts all that is requested.
     *
     * <p>Fails with {@code unknown-user}, {@code username-taken} by another, or {@code username-erased}.
     *
     * @return the name, which may be new
     */
    public Uni<String> change(String username, UserChange change) {
        return change(username, change, Optional.empty());
    }

    /**
     * The same, if the profile last changed at one of these instants; see {@link UserProfile#updatedAt}. It is checked
     * while the user is locked.
     *
     * <p>Fails with {@code precondition-failed} too.
     */
    public Uni<String> change(String username, UserChange change, Optional<Set<Instant>> versions) {
        return Retry.transients(() -> Panache.withTransaction(() -> User.findToChange(username)
                        .onItem()
                        .ifNull()
                        .failWith(() -> Problem.unknownUser(username))
                        .chain(user -> {
                            if (versions.isPresent() && !versions.get().contains(user.updatedAt)) {
                                throw Problem.changed(username);
                            }
                            String before = user.username;
                            // It is written first: whoever erases the one that had the name has it until then.
                            return apply(user, change)
                                    .chain(() -> requireNotErased(before, user.username))
                                    .replaceWith(() -> user.username);
                        })))
                .onFailure(SqlFailure::isDuplicate)
                .transform(taken -> Problem.of(
                                ProblemCode.USERNAME_TAKEN,
                                "Another user has the username '"
                                        + change.username().orElse(username) + "'")
                        .with("user", change.username().orElse(username)));
    }

    private Uni<?> requireNotErased(String before, String name) {
        if (!refusesErased || name.equals(before)) {
            return Uni.createFrom().voidItem();
        }
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(UserSql.IS_ERASED, Boolean.class)
                        .setParameter(1, name)
                        .getSingleResult())
                .invoke(isErased -> {
                    if (isErased) {
                        throw erased(name);
                    }
                });
    }

    private static Problem erased(String username) {
        return Problem.of(
                        ProblemCode.USERNAME_ERASED,
                        "The username '" + username + "' belonged to an erased user and can't be registered again")
                .with("user", username);
    }

    private Uni<?> apply(User user, UserChange change) {
        if (change.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        boolean isPrivate = change.isPrivate().orElse(user.isPrivate);
        boolean turns = isPrivate != user.isPrivate;
        change.username().ifPresent(name -> user.username = name);
        user.isPrivate = isPrivate;
        if (change.setsDisplayName()) {
            user.displayName = change.displayName().orElse(null);
        }
        user.updatedAt = laterThan(user.updatedAt);
        Uni<Void> flushed = user.flush();
        return turns ? flushed.chain(() -> takeRequests(user)) : flushed;
    }

    /** Now; or, if the clock of another service was ahead, a microsecond later: the instant is the version of the profile. */
    private static Instant laterThan(Instant updatedAt) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return now.isAfter(updatedAt) ? now : updatedAt.plus(1, ChronoUnit.MICROS);
    }

    /**
     * From the moment a user stops to take requests, none can be added, so that those that are there then are the last.
     * The others are accepted before: who withdraws one holds it and waits for the counts, as who accepts one does.
     */
    private Uni<?> takeRequests(User user) {
        Uni<Integer> told = Panache.getSession().chain(session -> session.createNativeQuery(UserSql.TAKE_REQUESTS)
                .setParameter(1, user.id)
                .setParameter(2, user.isPrivate)
                .executeUpdate());
        return user.isPrivate ? told : acceptRequests(user.id).chain(() -> told).chain(() -> acceptRequests(user.id));
    }

    private Uni<?> acceptRequests(Long id) {
        return Panache.getSession()
                .call(session ->
                        session.createNativeQuery(UserSql.TAKE_YOUR_TIME).executeUpdate())
                .chain(session -> session.createNativeQuery(UserSql.ACCEPT_ALL_REQUESTS)
                        .setParameter(1, id)
                        .setParameter(2, ceiling.most())
                        .getSingleResult());
    }

    /**
     * A page of the users whose names start with a prefix, in the order of their names.
     *
     * <p>Fails with {@code bad-cursor}.
     */
    public Uni<NamePage> list(String prefix, int limit, String cursor) {
        return cursorKey.codec().chain(codec -> list(codec, prefix, limit, cursor));
    }

    private Uni<NamePage> list(CursorCodec codec, String prefix, int limit, String cursor) {
        String list = NAMES + prefix;
        String after = cursor == null ? "" : codec.readName(list, cursor);
        return pool.preparedQuery(UserSql.PAGE_BY_PREFIX)
                .execute(Tuple.of(prefix, prefix + AFTER_ALL, after, limit + 1))
                .map(rows -> {
                    List<NamePage.Item> items = new ArrayList<>(rows.size());
                    rows.forEach(row -> items.add(new NamePage.Item(row.getString(0), row.getString(1))));
                    if (items.size() <= limit) {
                        return new NamePage(items, null);
                    }
                    List<NamePage.Item> page = items.subList(0, limit);
                    return new NamePage(
                            page, codec.write(list, page.get(limit - 1).username()));
                });
    }
}
