package org.retinue.user;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
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
import org.retinue.coalesce.Coalescer;
import org.retinue.coalesce.Limits;
import org.retinue.database.Retry;
import org.retinue.database.SqlFailure;
import org.retinue.page.Cursor;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** Who there is: registers users, finds, changes, lists and erases them. */
@ApplicationScoped
public class UserDirectory {

    /** How many follows, requests, blocks and mutes, both ways, a user may have to be erased in one transaction. */
    static final long MOST_FOLLOWS_TO_ERASE = 10_000;

    private static final String NAMES = "users";

    /** Comes after every character that a name can have. */
    private static final String AFTER_ALL = "\u007f";

    private final Pool pool;
    private final Coalescer<String, Optional<UserProfile>> profiles;
    private final Coalescer<Entry, Boolean> registrations;

    public UserDirectory(Pool pool) {
        this.pool = pool;
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
     * @return whether the user is new
     */
    public Uni<Boolean> put(String username, UserChange change) {
        Entry entry = new Entry(
                username, change.displayName().orElse(null), change.isPrivate().orElse(null));
        return registrations
                .submit(entry)
                .chain(created -> created
                        ? Uni.createFrom().item(true)
                        : change(username, change).replaceWith(false));
    }

    /**
     * A user to register.
     *
     * @param displayName null for none
     * @param isPrivate null for not
     */
    public record Entry(String username, String displayName, Boolean isPrivate) {}

    /** Who comes first with a name registers it; the others find it there. */
    private Uni<List<Boolean>> registrations(List<Entry> entries) {
        Map<String, Entry> first = new LinkedHashMap<>();
        entries.forEach(entry -> first.putIfAbsent(entry.username(), entry));
        return register(List.copyOf(first.values())).map(registered -> {
            Set<String> created = new HashSet<>(registered);
            return entries.stream()
                    .map(entry -> created.remove(entry.username()))
                    .toList();
        });
    }

    /**
     * Registers whoever of these is not there yet, in one statement; the others stay as they are.
     *
     * @param entries with distinct names, each of the form that {@link Username} asks for
     * @return the names that are new
     */
    public Uni<List<String>> register(List<Entry> entries) {
        Tuple given = Tuple.of(
                entries.stream().map(Entry::username).toArray(String[]::new),
                entries.stream().map(Entry::displayName).toArray(String[]::new),
                entries.stream().map(Entry::isPrivate).toArray(Boolean[]::new));
        return Retry.transients(() -> pool.preparedQuery(UserSql.REGISTER).execute(given))
                .map(rows -> {
                    List<String> names = new ArrayList<>(rows.size());
                    rows.forEach(row -> names.add(row.getString(0)));
                    return names;
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
        return pool.preparedQuery(UserSql.PROFILES)
                .execute(Tuple.of(usernames.toArray(String[]::new)))
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
     * <p>Fails with {@code unknown-user}, or {@code username-taken} by another.
     *
     * @return the name, which may be new
     */
    public Uni<String> change(String username, UserChange change) {
        return Retry.transients(() -> Panache.withTransaction(() -> User.findToChange(username)
                        .onItem()
                        .ifNull()
                        .failWith(() -> Problem.unknownUser(username))
                        .call(user -> apply(user, change))
                        .map(User::username)))
                .onFailure(SqlFailure::isDuplicate)
                .transform(taken -> Problem.of(ProblemCode.USERNAME_TAKEN, "Another user has this name")
                        .with("user", change.username().orElse(username)));
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
        user.updatedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Uni<Void> flushed = user.flush();
        return turns ? flushed.chain(() -> takeRequests(user)) : flushed;
    }

    /**
     * From the moment a user stops to take requests, none can be added, so that those that are there then are the last.
     * The others are accepted before: who withdraws one holds it and waits for the counts, as who accepts one does.
     */
    private static Uni<?> takeRequests(User user) {
        Uni<Integer> told = Panache.getSession().chain(session -> session.createNativeQuery(UserSql.TAKE_REQUESTS)
                .setParameter(1, user.id)
                .setParameter(2, user.isPrivate)
                .executeUpdate());
        return user.isPrivate ? told : acceptRequests(user.id).chain(() -> told).chain(() -> acceptRequests(user.id));
    }

    private static Uni<?> acceptRequests(Long id) {
        return Panache.getSession()
                .call(session ->
                        session.createNativeQuery(UserSql.TAKE_YOUR_TIME).executeUpdate())
                .chain(session -> session.createNativeQuery(UserSql.ACCEPT_ALL_REQUESTS)
                        .setParameter(1, id)
                        .getSingleResult());
    }

    /**
     * A page of the users whose names start with a prefix, in the order of their names.
     *
     * <p>Fails with {@code bad-cursor}.
     */
    public Uni<NamePage> list(String prefix, int limit, String cursor) {
        String after = cursor == null ? "" : Cursor.readName(NAMES, cursor);
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
                            page, Cursor.write(NAMES, page.get(limit - 1).username()));
                });
    }

    /**
     * Erases a user in one transaction: its name, and every follow from and to it, on both sides and in all counts.
     *
     * <p>Fails with {@code unknown-user}, or {@code too-many-follows} beyond {@value #MOST_FOLLOWS_TO_ERASE}.
     */
    public Uni<Void> erase(String username) {
        return Retry.transients(() -> pool.withTransaction(connection -> erase(username, connection)));
    }

    private static Uni<Void> erase(String username, SqlConnection connection) {
        return connection
                .preparedQuery(UserSql.END_COUNTS)
                .execute(Tuple.of(username))
                .chain(rows -> {
                    for (Row row : rows) {
                        Long userId = row.getLong("user_id");
                        Tuple id = Tuple.of(userId);
                        return requireFewEdges(connection, userId)
                                .chain(() ->
                                        connection.preparedQuery(UserSql.SCRUB).execute(id))
                                .chain(() -> connection
                                        .preparedQuery(UserSql.REMOVE_EDGES)
                                        .execute(id))
                                .replaceWithVoid();
                    }
                    throw Problem.unknownUser(username);
                });
    }

    private static Uni<Void> requireFewEdges(SqlConnection connection, Long id) {
        return connection
                .preparedQuery(UserSql.COUNT_EDGES)
                .execute(Tuple.of(id, MOST_FOLLOWS_TO_ERASE + 1))
                .invoke(rows -> {
                    if (rows.iterator().next().getLong("edges") > MOST_FOLLOWS_TO_ERASE) {
                        throw Problem.of(
                                ProblemCode.TOO_MANY_FOLLOWS,
                                "A user with more than " + MOST_FOLLOWS_TO_ERASE
                                        + " follows, requests, blocks and mutes can't be erased yet");
                    }
                })
                .replaceWithVoid();
    }
}
