package org.retinue.discover;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A shortest way from one user to another by follows.
 *
 * @param degrees how many follows it has
 * @param path the names of the users on it, the two included: each follows the next
 */
@Schema(name = "FollowPath", example = "{\"degrees\": 2, \"path\": [\"alice\", \"bob\", \"carol\"]}")
@RegisterForReflection
public record FollowPath(int degrees, List<String> path) {}
