package org.retinue.discover;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A part of the suggestions for a user.
 *
 * @param items whoever is followed by the most of those whom the user follows first
 * @param next the cursor of the page after this one; null on the last
 */
@Schema(example = """
                {"items": [{"username": "dave", "displayName": "Dave D.", "followedBy": ["bob", "carol"], "others": 3}],
                 "next": null}""")
@RegisterForReflection
public record SuggestionPage(
        List<Suggestion> items, @Schema(nullable = true) String next) {}
