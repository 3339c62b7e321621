package org.retinue.relationship;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.follow.Relationship;
import org.retinue.problem.Problem;
import org.retinue.rest.BoundedListDeserializer;
import org.retinue.user.Username;

/**
 * What holds between a user and others.
 *
 * @param items of those who exist, in the order in which they were asked for
 * @param unknown who does not
 */
@Schema(name = "Relationships", example = """
                {"items": [{"username": "alice", "with": "bob", "following": true,
                            "followingSince": "2026-03-01T12:00:00.123456Z", "requested": false, "followedBy": false,
                            "requestedBy": false, "blocking": false, "blockedBy": false, "muting": false}],
                 "unknown": ["nobody"]}""")
@RegisterForReflection
public record Relationships(List<Relationship> items, List<String> unknown) {

    /** With how many others at most one call asks. */
    public static final int MOST = 1_000;

    /**
     * Whom to ask about: what the body of a request has.
     *
     * @param with the names, 1 to {@value #MOST}
     */
    @Schema(name = "RelationshipsRequest", example = "{\"with\": [\"bob\", \"nobody\"]}")
    public record With(
            @JsonProperty(required = true) @JsonDeserialize(using = Names.class)
            List<String> with) {

        /** Reads the names, and no more than are allowed. */
        static final class Names extends BoundedListDeserializer<String> {

            Names() {
                super(String.class, MOST);
            }

            @Override
            protected Problem tooLong() {
                return notInRange();
            }

            @Override
            protected void check(String name, int index) {
                Username.require("with", name);
            }
        }

        /** Reads the parameter {@code with}, each value of which is one name or several separated by commas. */
        static With parse(List<String> values) {
            return new With(values.stream()
                    .flatMap(value -> Stream.of(value.split(",", -1)))
                    .toList());
        }

        /**
         * The names, each once.
         *
         * @throws Problem {@code malformed}
         */
        List<String> names() {
            if (with == null || with.isEmpty() || with.size() > MOST) {
                throw notInRange();
            }
            Set<String> names = new LinkedHashSet<>();
            with.forEach(name -> names.add(Username.require("with", name)));
            return new ArrayList<>(names);
        }

        private static Problem notInRange() {
            return Problem.malformed("with", "with has 1 to " + MOST + " usernames");
        }
    }
}
