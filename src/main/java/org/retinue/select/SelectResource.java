package org.retinue.select;

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
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Select over REST. */
@Path("/v1/select")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sets", description = "Who belongs to sets of users, and to what is made of them")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value, `position` where in it, in characters from 0",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names")
@APIResponse(responseCode = "422", description = "The answer takes too long")
@InTime
public class SelectResource {

    /** The parameter that has the expression. */
    static final String OF = "of";

    private static final String EXAMPLE = "followers:alice & following:bob - blocks:carol";
    private static final String DESCRIPTION = "Sets of users, combined by `&`, `|`, `-` and parentheses";

    private final Selector selector;
    private final Access access;

    SelectResource(Selector selector, Access access) {
        this.selector = selector;
        this.access = access;
    }

    @GET
    @Operation(
            summary = "A page of the users who belong to an expression",
            description =
                    "Sets are `followers:alice`, `following:alice`, `blocks:alice` and `mutes:alice`: 16 at most. `&` "
                            + "(both) binds tighter than `|` (either) and `-` (the left one without the right one), "
                            + "which go from left to right. There is a space before a `-`. A page that has looked at "
                            + "100,000 entries ends there, perhaps with fewer users than asked for, and has a `next`.")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = SelectPage.class)))
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
            summary = "How many users belong to an expression",
            description = "Exact up to 10,000 users, if that takes no more than 100,000 entries of sets to look at; "
                    + "`exact` is false beyond that, and `count` how many there are at least.")
    @APIResponse(
            responseCode = "200",
            description = "The count",
            content = @Content(schema = @Schema(implementation = SelectCount.class)))
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
