package org.retinue.follow;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.ConstraintMode;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.retinue.user.User;

/**
 * A row of the association: what one user has toward another. A follow or a request has a state and an instant; a row that
 * holds only a block or a mute has neither. This entity is read-only. Statements write the rows, above all
 * {@link FollowSql#CHANGE}, because they write the other side and the counts in the same step.
 */
@Entity
@Immutable
@Table(name = "follows")
@IdClass(Follow.Key.class)
public class Follow extends PanacheEntityBase {

    @Id
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "follower_id", foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
    User follower;

    @Id
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "followed_id", foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
    User followed;

    Instant since;

    @Column(columnDefinition = "follow_state")
    @Convert(converter = FollowStateConverter.class)
    FollowState state;

    /** For Hibernate. */
    protected Follow() {}

    /** The row of a pair, or null. */
    public static Uni<Follow> find(Pair pair) {
        return find("follower.username = ?1 and followed.username = ?2", pair.follower(), pair.followed())
                .firstResult();
    }

    public Instant since() {
        return since;
    }

    public FollowState state() {
        return state;
    }

    /** The primary key: both user ids. */
    public record Key(Long follower, Long followed) implements Serializable {}
}
