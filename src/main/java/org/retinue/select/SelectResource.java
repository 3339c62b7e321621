package org.retinue.select;

import static org.retinue.problem.ProblemCode.TOO_EXPENSIVE;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.page.CursorParameters;
import org.retinue.page.NextLink;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Select over REST. */
@Path("/v1/select")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sets", description = "Combine the followers, follows, blocks and mutes of users.")
@InTime
public class SelectResource {

    /** The parameter that has the expression. */
    static final String OF = "of";

    private static final String EXAMPLE = "followers:alice & following:bob - blocks:carol";
    private static final String DESCRIPTION =
            "An expression of sets, combined by `&`, `|`, `-` and parentheses. Encode it in the URL.";

    private final Selector selector;
    private final Access access;

    SelectResource(Selector selector, Access access) {
        this.selector = selector;
        this.access = access;
    }

    @GET
    @Operation(
            operationId = "selectUsers",
            summary = "List the users in an expression of sets",
            description =
                    "The sets are `followers:alice`, `following:alice`, `blocks:alice` and `mutes:alice`, at most "
                            + "16. `&` (intersection) binds tighter than `|` (union) and `-` (difference), which are "
                            + "evaluated from left to right. A `-` needs a space before it. A page that has read 100,000 "
                            + "entries ends early and has a `next`.")
    @APIResponse(
            responseCode = "200",
            description = "A page of users.",
            content = @Content(schema = @Schema(implementation = SelectPage.class)))
    @ProblemResponses({UNKNOWN_USER, TOO_EXPENSIVE})
    public Uni<Answer> page(
            @RestQuery @Parameter(description = DESCRIPTION, required = true, example = EXAMPLE) String of,
            @BeanParam CursorParameters page,
            @Context RoutingContext request) {
        Expression expression = expression(of);
        int limit = page.limit();
        return requireSight(expression, request)
                .chain(() -> selector.page(expression, limit, page.cursor()))
                .map(found -> NextLink.with(found, found.next(), request.request()));
    }

    @GET
    @Path("count")
    @Operation(
            operationId = "countUsers",
            summary = "Count the users in an expression of sets",
            description =
                    "Exact up to 10,000 users and 100,000 read entries. Beyond that, `exact` is false and `count` "
                            + "is a lower bound.")
    @APIResponse(
            responseCode = "200",
            description = "The count.",
            content = @Content(schema = @Schema(implementation = SelectCount.class)))
    @ProblemResponses({UNKNOWN_USER, TOO_EXPENSIVE})
    public Uni<SelectCount> count(
            @RestQuery @Parameter(description = DESCRIPTION, required = true, example = EXAMPLE) String of,
            @Context RoutingContext request) {
        Expression expression = expression(of);
        return requireSight(expression, request).chain(() -> selector.count(expression));
    }

    /** What a set has to tell, whoever asks for its list would have to be shown. */
    private Uni<Void> requireSight(Expression expression, RoutingContext request) {
        Set<String> owners = new TreeSet<>();
        for (UserSet set : expression.sets()) {
            switch (set.kind()) {
                case FOLLOWERS, FOLLOWING -> owners.add(set.username());
                case BLOCKS, MUTES -> access.requireOneOf(request, set.username());
            }
        }
        return access.requireSight(request, owners);
    }

    private static Expression expression(String of) {
        if (of == null) {
            throw Problem.malformed(OF, "of is an expression such as " + EXAMPLE);
        }
        return Expression.parse(of);
    }
}
