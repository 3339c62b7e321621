package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The answer to a question whether something holds: it does.
 *
 * @param since when it began
 */
@Schema(name = "Since", example = "{\"since\": \"2026-03-01T12:00:00.123456Z\"}")
@RegisterForReflection
public record Since(Instant since) {}
