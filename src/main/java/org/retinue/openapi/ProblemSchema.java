package org.retinue.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.retinue.problem.ProblemCode;

/** Describes all members of a problem, including members that only some problems have. */
final class ProblemSchema {

    static final String NAME = "Problem";

    private ProblemSchema() {}

    static void complete(OpenAPI document) {
        Schema problem = document.getComponents().getSchemas().get(NAME);
        Map<String, Schema> members = new LinkedHashMap<>(problem.getProperties());
        members.put("type", text("A URI that identifies the kind of problem.").format("uri"));
        members.put("title", text("The kind of problem, for people."));
        members.put("status", number("The HTTP status."));
        members.put(
                "code",
                text("The kind of problem, for programs.")
                        .enumeration(Stream.of(ProblemCode.values())
                                .<Object>map(ProblemCode::code)
                                .toList()));
        members.put("detail", text("The reason, with the offending value."));
        members.put("requestId", text("The id of the request in the log of the service. The same as `X-Request-Id`."));
        members.put("field", text("The field, parameter or header that is malformed."));
        members.put("position", number("The index of the first wrong character of the field, from 0."));
        members.put("operation", number("The index of the failed operation of a batch, from 0."));
        members.put("user", text("The user that the problem is about."));
        members.put("follower", text("The following user of the pair that the problem is about."));
        members.put("followed", text("The followed user of the pair that the problem is about."));
        members.put("from", text("The first user of the path that does not exist."));
        members.put("to", text("The last user of the path that does not exist."));
        members.put("scope", text("The scope that the token lacks."));
        problem.setProperties(members);
        problem.setRequired(List.of("type", "title", "status", "code", "detail"));
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().type(List.of(SchemaType.STRING)).description(description);
    }

    private static Schema number(String description) {
        return OASFactory.createSchema()
                .type(List.of(SchemaType.INTEGER))
                .format("int32")
                .description(description);
    }
}
