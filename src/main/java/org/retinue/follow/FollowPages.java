package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.page.TimeList.Queries;

/** Pages of either side of a user, in the order in which the follows began. */
public enum FollowPages {
    /** Whom a user follows. */
    FOLLOWING(FollowSql.FOLLOWING_NEWEST, FollowSql.FOLLOWING_OLDEST),
    /** Who follows a user. */
    FOLLOWERS(FollowSql.FOLLOWERS_NEWEST, FollowSql.FOLLOWERS_OLDEST);

    @SuppressWarnings("ImmutableEnumChecker") // it never changes
    private final TimeList<Item> list;

    FollowPages(String newest, String oldest) {
        list = new TimeList<>(name().toLowerCase(Locale.ROOT), newest, oldest, Item::of);
    }

    /**
     * A user on one side of another.
     *
     * @param username the key that callers know it by
     * @param displayName what people call it; null when it has none
     * @param since when the follow began
     */
    @Schema(name = "FollowListItem")
    @RegisterForReflection
    public record Item(String username, String displayName, Instant since) {

        static Item of(String username, Instant since, Row row) {
            return new Item(username, row.getString("display_name"), since);
        }
    }

    Uni<FollowPage> fetch(Queries database, String username, PageRequest request) {
        return list.fetch(database, username, request)
                .map(part ->
                        new FollowPage(part.items(), part.next(), part.row().getLong("total")));
    }
}
