package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.page.CursorKey;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.page.TimeList.Queries;

/** The two lists of a user, ordered by the start of each follow. */
public enum FollowPages {
    /** The users that a user follows. */
    FOLLOWING(FollowSql.FOLLOWING_NEWEST, FollowSql.FOLLOWING_OLDEST),
    /** The followers of a user. */
    FOLLOWERS(FollowSql.FOLLOWERS_NEWEST, FollowSql.FOLLOWERS_OLDEST);

    @SuppressWarnings("ImmutableEnumChecker") // immutable after construction
    private final TimeList<Item> list;

    FollowPages(String newest, String oldest) {
        list = new TimeList<>(name().toLowerCase(Locale.ROOT), newest, oldest, Item::of);
    }

    /**
     * One item of a list.
     *
     * @param displayName null if the user has none
     * @param since the instant at which the follow began; absent with {@code known-to}
     */
    @Schema(name = "FollowListItem")
    @RegisterForReflection
    public record Item(
            String username,
            @Schema(nullable = true) String displayName,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(nullable = true)
            Instant since) {

        static Item of(String username, Instant since, Row row) {
            return new Item(username, row.getString("display_name"), since);
        }
    }

    Uni<FollowPage> fetch(Queries database, CursorKey key, String username, PageRequest request) {
        return list.fetch(database, key, username, request)
                .map(part ->
                        new FollowPage(part.items(), part.next(), part.row().getLong("total")));
    }
}
