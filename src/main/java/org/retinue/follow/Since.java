package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The response to a check that holds.
 *
 * @param since the instant at which it began to hold
 */
@Schema(name = "Since", example = "{\"since\": \"2026-03-01T12:00:00.123456Z\"}")
@RegisterForReflection
public record Since(Instant since) {}
