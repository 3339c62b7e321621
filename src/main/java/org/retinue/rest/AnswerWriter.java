package org.retinue.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.retinue.problem.ProblemBody;

/** Writes an {@link Answer} straight to the response. */
@Provider
public final class AnswerWriter implements ServerMessageBodyWriter<Answer> {

    private static final CharSequence JSON = HttpHeaders.createOptimized(MediaType.APPLICATION_JSON);
    private static final CharSequence PROBLEM = HttpHeaders.createOptimized(ProblemBody.MEDIA_TYPE);

    private final ObjectMapper mapper;

    AnswerWriter(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == Answer.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == Answer.class;
    }

    @Override
    public void writeResponse(Answer answer, Type genericType, ServerRequestContext context)
            throws JsonProcessingException {
        if (answer.status() < 300 && answer.body() != null) {
            ContentNegotiation.requireJson(((ResteasyReactiveRequestContext) context).unwrap(RoutingContext.class));
        }
        byte[] body = answer.body() == null ? null : mapper.writeValueAsBytes(answer.body());
        ServerHttpResponse response = context.serverResponse();
        // It would set the headers that the framework knows of.
        response.setPreCommitListener(null);
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::setResponseHeader);
        if (body == null) {
            response.end();
            return;
        }
        response.setResponseHeader(HttpHeaders.CONTENT_TYPE, answer.body() instanceof ProblemBody ? PROBLEM : JSON);
        response.end(body);
    }

    /** The way of a framework that has interceptors of what is written; here there are none. */
    @Override
    public void writeTo(
            Answer answer,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body)
            throws IOException {
        throw new IOException("an answer is written to the response alone");
    }
}
