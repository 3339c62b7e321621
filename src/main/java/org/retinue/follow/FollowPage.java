package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A part of one side of a user, in the order in which the follows began.
 *
 * @param items in the order asked for
 * @param next the cursor of the page after this one; null on the last
 * @param total how many items the whole list has, {@code from} and {@code to} left aside
 */
@Schema(example = """
                {"items": [{"username": "bob", "displayName": null, "since": "2026-03-01T12:00:00.123456Z"}],
                 "next": null, "total": 1}""")
@RegisterForReflection
public record FollowPage(List<FollowPages.Item> items, String next, long total) {}
