package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A page of the users that a user follows, or of its followers, ordered by the start of each follow.
 *
 * @param items in the requested order
 * @param next the cursor of the next page; null on the last page
 * @param total the number of items in the whole list, regardless of {@code from} and {@code to}
 */
@Schema(example = """
                {"items": [{"username": "bob", "displayName": null, "since": "2026-03-01T12:00:00.123456Z"}],
                 "next": null, "total": 1}""")
@RegisterForReflection
public record FollowPage(List<FollowPages.Item> items, String next, long total) {}
