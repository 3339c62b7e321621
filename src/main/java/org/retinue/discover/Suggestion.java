package org.retinue.discover;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Somebody whom a user might follow, and why.
 *
 * @param username the key that callers know it by
 * @param displayName what people call it; null when it has none
 * @param followedBy one or two of those whom the user follows, who follow it
 * @param others how many more of those whom the user follows, follow it
 */
@Schema(example = """
                {"username": "dave", "displayName": "Dave D.", "followedBy": ["bob", "carol"], "others": 3}""")
@RegisterForReflection
public record Suggestion(
        String username, @Schema(nullable = true) String displayName, List<String> followedBy, long others) {}
