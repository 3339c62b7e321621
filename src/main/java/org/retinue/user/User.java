package org.retinue.user;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;
import org.retinue.follow.FollowSession;
import org.retinue.follow.FollowSet;

/**
 * A user: a node of the graph. {@link #following} and {@link #followers} are the two sides of one association, kept in
 * the tables {@code follows} and {@code followers}: what is added to a side of one user shows on the other side of the
 * other. Neither is ever loaded.
 */
@Entity
@DynamicUpdate
@Table(name = "users")
public class User extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    /** The key that callers know the user by; see {@link Username}. Null once the user is erased. */
    @Column(columnDefinition = "text")
    String username;

    @Column(name = "display_name", columnDefinition = "text")
    String displayName;

    /** Whether who wants to follow must ask. */
    @Column(name = "private")
    boolean isPrivate;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    @Column(name = "erased_at")
    Instant erasedAt;

    @Transient
    FollowSession session;

    /** For Hibernate. */
    protected User() {}

    /** A user known by its name alone, as a part of a session; nothing is asked of the database. */
    public User(String username, FollowSession session) {
        this.username = username;
        this.session = session;
    }

    /** The user of this name, or null. */
    public static Uni<User> findByUsername(String username) {
        return find("username", username).firstResult();
    }

    /** The user of this name, or null; locked, so that it is not erased or changed by another before it is changed. */
    static Uni<User> findToChange(String username) {
        return User.<User>find("username", username)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResult();
    }

    /** The users this user follows, as seen in its session. */
    public FollowSet following() {
        return FollowSet.following(this, session());
    }

    /** The users who follow this user, as seen in its session. */
    public FollowSet followers() {
        return FollowSet.followers(this, session());
    }

    /** Makes this user, found in the database, a part of a session. */
    public User in(FollowSession session) {
        this.session = session;
        return this;
    }

    /** The key that callers know the user by. */
    public String username() {
        return username;
    }

    private FollowSession session() {
        if (session == null) {
            throw new IllegalStateException("'" + username + "' is in no session; take it from FollowSession.user");
        }
        return session;
    }
}
