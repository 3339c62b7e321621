package org.retinue.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.IndexView;
import org.retinue.problem.ProblemCode;

/**
 * Completes the OpenAPI document when the service is built: adds what annotations would repeat on every operation and schema,
 * and orders what the framework sorts by name. A generated client takes parameters in the order of the document, so sorted
 * parameters of {@code PUT /users/{username}/following/{other}} make it follow in the wrong direction.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDocumentFilter implements OASFilter {

    /** The query parameters of lists. They come after the parameters that say what is listed. */
    private static final List<String> PAGING = List.of("order", "from", "to", "limit", "cursor");

    private static final String NDJSON = "application/x-ndjson";

    /** The framework reads only the first line of an annotation's example. */
    private static final String NDJSON_EXAMPLE = """
            {"username":"alice","displayName":"Alice A."}
            {"username":"bob"}
            {"follower":"alice","followed":"bob","since":"2026-03-01T12:00:00Z"}
            """;

    private final IndexView index;

    /** The framework calls this with the index of the service's classes. */
    public ApiDocumentFilter(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        RecordSchemas.complete(document, index);
        ProblemSchema.complete(document);
        ResponseHeaders.define(document);
        Map<String, Set<ProblemCode>> declared = ErrorResponses.declared(index);
        document.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> {
                    orderParameters(path, operation);
                    addExamples(operation);
                    ErrorResponses.add(method, operation, declared.getOrDefault(operation.getOperationId(), Set.of()));
                    ResponseHeaders.add(operation);
                    ErrorResponses.order(operation);
                }));
    }

    private static void addExamples(Operation operation) {
        Stream.concat(
                        Stream.ofNullable(operation.getRequestBody()).map(RequestBody::getContent),
                        operation.getResponses().getAPIResponses().values().stream()
                                .map(APIResponse::getContent))
                .filter(content -> content != null && content.hasMediaType(NDJSON))
                .forEach(content -> content.getMediaType(NDJSON).setExample(NDJSON_EXAMPLE));
    }

    private static void orderParameters(String path, Operation operation) {
        if (operation.getParameters() == null) {
            return;
        }
        List<Parameter> parameters = new ArrayList<>(operation.getParameters());
        parameters.sort(Comparator.comparing(Parameter::getIn)
                .thenComparing(parameter ->
                        parameter.getIn() == Parameter.In.PATH ? path.indexOf('{' + parameter.getName() + '}') : 0)
                .thenComparing(parameter -> !Boolean.TRUE.equals(parameter.getRequired()))
                .thenComparing(parameter -> PAGING.indexOf(parameter.getName())));
        operation.setParameters(parameters);
    }
}
