package org.retinue.select;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many users a set has.
 *
 * @param count how many were counted
 * @param exact whether these are all; if not, there may be more
 */
@Schema(example = "{\"count\": 42, \"exact\": true}")
@RegisterForReflection
public record SelectCount(long count, boolean exact) {}
