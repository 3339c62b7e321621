package org.retinue.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Which column of the input became what: names of the header, or {@code column 1} without one. A column that the input
 * does not have is absent.
 */
@Schema(name = "ImportColumns", example = """
                {"follower": "Source", "followed": "Target"}""")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record ImportColumns(
        String follower,
        String followed,
        @Schema(nullable = true) String since,
        @Schema(nullable = true) String state,
        @Schema(nullable = true) String displayName,
        @JsonProperty("private") @Schema(nullable = true) String isPrivate) {

    static ImportColumns of(JsonObject saved) {
        return saved == null
                ? null
                : new ImportColumns(
                        saved.getString("follower"),
                        saved.getString("followed"),
                        saved.getString("since"),
                        saved.getString("state"),
                        saved.getString("displayName"),
                        saved.getString("private"));
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("follower", follower)
                .put("followed", followed)
                .put("since", since)
                .put("state", state)
                .put("displayName", displayName)
                .put("private", isPrivate);
    }
}
