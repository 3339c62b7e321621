package org.retinue.user;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonSetter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.problem.Problem;

/**
 * What a caller sets of a user: its username, its displayName (1 to 200 characters; JSON null takes it away) and whether
 * it is private. What the JSON leaves out stays as it is. Reading one checks it, and throws {@code malformed} with the
 * field.
 */
@Schema(name = "UserChange", example = "{\"displayName\": \"Alice A.\", \"private\": false}")
@JsonAutoDetect(getterVisibility = JsonAutoDetect.Visibility.NONE, isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@RegisterForReflection
public final class UserChange {

    /** Changes nothing. */
    public static final UserChange NONE = new UserChange();

    @Schema(name = "username", minLength = 1, maxLength = 128)
    private String username;

    @Schema(name = "displayName", nullable = true, minLength = 1, maxLength = DisplayName.MAX_CODE_POINTS)
    private String displayName;

    @Schema(name = "private")
    private Boolean isPrivate;

    @Schema(hidden = true)
    private boolean setsDisplayName;

    @JsonSetter("username")
    void setUsername(String username) {
        this.username = Username.require("username", username);
    }

    @JsonSetter("displayName")
    void setDisplayName(String displayName) {
        if (displayName != null && !DisplayName.isValid(displayName)) {
            throw Problem.malformed("displayName", DisplayName.explain(displayName));
        }
        this.displayName = displayName;
        this.setsDisplayName = true;
    }

    @JsonSetter("private")
    void setPrivate(Boolean isPrivate) {
        if (isPrivate == null) {
            throw Problem.malformed("private", "private is true or false");
        }
        this.isPrivate = isPrivate;
    }

    /** The new name, if there is to be one. */
    public Optional<String> username() {
        return Optional.ofNullable(username);
    }

    /** Whether the display name is to change. */
    public boolean setsDisplayName() {
        return setsDisplayName;
    }

    /** The new display name, if there is to be one. */
    public Optional<String> displayName() {
        return Optional.ofNullable(displayName);
    }

    /** The new privacy, if there is to be one. */
    public Optional<Boolean> isPrivate() {
        return Optional.ofNullable(isPrivate);
    }

    @Schema(hidden = true)
    boolean isEmpty() {
        return username == null && !setsDisplayName && isPrivate == null;
    }
}
