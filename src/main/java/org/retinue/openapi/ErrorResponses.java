package org.retinue.openapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.ProblemResponses;

/** Describes the problems that an operation can return: one response per status, with the codes that it can have. */
final class ErrorResponses {

    /** The problems that any request can cause. */
    private static final Set<ProblemCode> COMMON = EnumSet.of(
            ProblemCode.MALFORMED,
            ProblemCode.FORBIDDEN,
            ProblemCode.REQUEST_TIMEOUT,
            ProblemCode.URI_TOO_LONG,
            ProblemCode.RATE_LIMITED,
            ProblemCode.HEADERS_TOO_LARGE,
            ProblemCode.INTERNAL,
            ProblemCode.UNAVAILABLE,
            ProblemCode.OVERLOADED);

    /** The operations whose bodies have any length, and so no deadline. */
    private static final Set<String> STREAMS = Set.of("importGraph", "exportGraph");

    private static final DotName OPERATION =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.Operation.class);
    private static final DotName PROBLEM_RESPONSES = DotName.createSimple(ProblemResponses.class);

    private ErrorResponses() {}

    /** The codes of {@link ProblemResponses}, by operationId. */
    static Map<String, Set<ProblemCode>> declared(IndexView index) {
        Map<String, Set<ProblemCode>> declared = new HashMap<>();
        for (AnnotationInstance annotation : index.getAnnotations(PROBLEM_RESPONSES)) {
            MethodInfo method = annotation.target().asMethod();
            declared.put(
                    method.annotation(OPERATION).value("operationId").asString(),
                    Stream.of(annotation.value().asEnumArray())
                            .map(ProblemCode::valueOf)
                            .collect(Collectors.toSet()));
        }
        return declared;
    }

    /** Adds the declared problems and the common ones. */
    static void add(PathItem.HttpMethod method, Operation operation, Set<ProblemCode> declared) {
        Set<ProblemCode> codes = EnumSet.copyOf(COMMON);
        codes.addAll(declared);
        boolean isStream = STREAMS.contains(operation.getOperationId());
        if (operation.getRequestBody() != null) {
            codes.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
            codes.add(ProblemCode.EXPECTATION_FAILED);
            if (!isStream) {
                codes.add(ProblemCode.TOO_LARGE);
            }
        }
        if (method == PathItem.HttpMethod.GET) {
            codes.add(ProblemCode.NOT_ACCEPTABLE);
        }
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getName().equals("cursor"))) {
            codes.add(ProblemCode.BAD_CURSOR);
        }
        if (!isStream) {
            codes.add(ProblemCode.TIMED_OUT);
        }
        addAll(operation, codes);
    }

    /** Adds problems to the responses that exist, and new responses for other statuses. */
    static void addAll(Operation operation, Set<ProblemCode> codes) {
        Map<Integer, List<ProblemCode>> byStatus =
                codes.stream().collect(Collectors.groupingBy(ProblemCode::status, TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, ofStatus) -> {
            APIResponses responses = operation.getResponses();
            APIResponse response = responses.getAPIResponse(String.valueOf(status));
            if (response == null) {
                response = OASFactory.createAPIResponse();
                responses.addAPIResponse(String.valueOf(status), response);
            }
            String description = ofStatus.stream()
                    .sorted(Comparator.naturalOrder())
                    .map(code -> '`' + code.code() + "`: " + code.title() + '.')
                    .collect(Collectors.joining(" "));
            response.setDescription(
                    response.getDescription() == null ? description : response.getDescription() + ' ' + description);
        });
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (isError(status)) {
                response.setContent(OASFactory.createContent()
                        .addMediaType(
                                ProblemBody.MEDIA_TYPE,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(ProblemSchema.NAME))));
            }
        });
    }

    /** Puts the responses in the order of their statuses, so that success comes before errors. */
    static void order(Operation operation) {
        APIResponses ordered = OASFactory.createAPIResponses();
        List<Map.Entry<String, APIResponse>> responses =
                new ArrayList<>(operation.getResponses().getAPIResponses().entrySet());
        responses.sort(Map.Entry.comparingByKey());
        responses.forEach(response -> ordered.addAPIResponse(response.getKey(), response.getValue()));
        operation.setResponses(ordered);
    }

    static boolean isError(String status) {
        return status.charAt(0) >= '4';
    }
}
