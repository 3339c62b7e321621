package org.retinue.rest;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;

/** Requires that the caller accept JSON, of the GET methods whose result is not an {@link Answer}: its writer does so itself. */
@Provider
public final class JsonAcceptance implements DynamicFeature {

    private final ContainerResponseFilter filter;

    JsonAcceptance(CurrentVertxRequest current) {
        // not this class: the framework would apply a provider to every method
        filter = (request, response) -> {
            if (response.getStatus() < 300 && response.hasEntity()) {
                ContentNegotiation.requireJson(current.getCurrent());
            }
        };
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        if (resource.getResourceMethod().isAnnotationPresent(GET.class)
                && !isAnswer(resource.getResourceMethod().getGenericReturnType())) {
            context.register(filter);
        }
    }

    private static boolean isAnswer(Type result) {
        return result instanceof ParameterizedType generic
                && List.of(generic.getActualTypeArguments()).contains(Answer.class);
    }
}
