package org.retinue.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.retinue.problem.ProblemCode;
import org.retinue.security.AuthSettings;

/**
 * Describes authentication if it is on, when the service starts. Without it the document has no security requirement, and a
 * client needs no token.
 */
@Singleton
@OpenApiFilter(stages = OpenApiFilter.RunStage.RUNTIME_STARTUP)
public final class AuthenticationFilter implements OASFilter {

    private static final String SCHEME = "bearer";

    private static final Set<ProblemCode> PROBLEMS =
            EnumSet.of(ProblemCode.NOT_AUTHENTICATED, ProblemCode.INSUFFICIENT_SCOPE);

    private final boolean isOn;

    AuthenticationFilter(Config config) {
        isOn = AuthSettings.read(
                        name -> config.getOptionalValue(name, String.class).orElse(null))
                .isOn();
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (!isOn) {
            return;
        }
        document.getComponents()
                .addSecurityScheme(
                        SCHEME,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("JWT")
                                .description(
                                        "A JWT whose `scope` has `follows:read`, `follows:write` or `follows:admin`."));
        document.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(SCHEME));
        document.getPaths().getPathItems().values().stream()
                .flatMap(item -> item.getOperations().values().stream())
                .forEach(AuthenticationFilter::addProblems);
    }

    private static void addProblems(Operation operation) {
        ErrorResponses.addAll(operation, PROBLEMS);
        ResponseHeaders.add(operation);
        ResponseHeaders.add(operation.getResponses().getAPIResponse("401"), ResponseHeaders.CHALLENGE);
        ResponseHeaders.add(operation.getResponses().getAPIResponse("403"), ResponseHeaders.CHALLENGE);
        ErrorResponses.order(operation);
    }
}
