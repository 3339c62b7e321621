package org.retinue.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResources;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.coalesce.BatchSpans;

/**
 * Sends traces to a collector by OTLP over HTTP, once one is named. Until then there is no filter, and of OpenTelemetry no
 * more than its interfaces is loaded.
 */
@ApplicationScoped
// the exporter finds what sends for it as a service
@RegisterForReflection(classNames = Tracing.SENDER)
@RegisterResources(globs = Tracing.SENDERS)
public class Tracing {

    static final String SENDER = "io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSenderProvider";
    static final String SENDERS = "META-INF/services/io.opentelemetry.exporter.internal.http.HttpSenderProvider";

    /** Before HttpEdge, so that what it refuses is traced too. */
    private static final int BEFORE_ALL = 15_000;

    /** As many as a batch has calls. */
    private static final int MOST_LINKS = 1_000;

    private static final Duration SEND_EVERY = Duration.ofSeconds(1);

    private static final long FLUSH_SECONDS = 5;

    private final Optional<String> endpoint;
    private final double ratio;
    private final String version;
    private SdkTracerProvider provider;

    Tracing(
            @ConfigProperty(name = "retinue.otlp-endpoint") Optional<String> endpoint,
            @ConfigProperty(name = "retinue.trace-percent", defaultValue = "100") int percent,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.endpoint = endpoint;
        this.version = version;
        this.ratio = percent / 100.0;
    }

    void begin(@Observes Filters filters) {
        endpoint.ifPresent(collector -> {
            provider = provider(collector);
            Spans spans = new Spans(provider.get("org.retinue"));
            filters.register(spans::begin, BEFORE_ALL);
            BatchSpans.traceWith(provider.get("org.retinue"));
        });
    }

    void end(@Observes ShutdownEvent stopping) {
        if (provider != null) {
            BatchSpans.traceWith(null);
            provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }

    private SdkTracerProvider provider(String collector) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector.replaceFirst("/+$", "") + "/v1/traces")
                .build();
        return SdkTracerProvider.builder()
                .setResource(Resource.builder()
                        .put(AttributeKey.stringKey("service.name"), "retinue")
                        .put(AttributeKey.stringKey("service.version"), version)
                        .put(
                                AttributeKey.stringKey("service.instance.id"),
                                UUID.randomUUID().toString())
                        .build())
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .setSpanLimits(
                        SpanLimits.builder().setMaxNumberOfLinks(MOST_LINKS).build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(SEND_EVERY)
                        .build())
                .build();
    }
}
