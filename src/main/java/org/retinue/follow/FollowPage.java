package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.user.NamePage;

/**
 * A page of the users that a user follows, or of its followers, ordered by the start of each follow.
 *
 * @param items in the requested order
 * @param next the cursor of the next page; null on the last page
 * @param total the number of items in the whole list, regardless of {@code from} and {@code to}; absent with
 *     {@code known-to}
 */
@Schema(example = """
                {"items": [{"username": "bob", "displayName": null, "since": "2026-03-01T12:00:00.123456Z"}],
                 "next": null, "total": 1}""")
@RegisterForReflection
public record FollowPage(
        List<FollowPages.Item> items,
        @Schema(nullable = true) String next,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(nullable = true)
        Long total) {

    /** A page of the followers that another user follows. Its order is not that of time, and it is not counted. */
    static FollowPage ofKnown(List<NamePage.Item> users, String next) {
        return new FollowPage(
                users.stream()
                        .map(user -> new FollowPages.Item(user.username(), user.displayName(), null))
                        .toList(),
                next,
                null);
    }
}
