package org.retinue;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** The service that ends when it has started, which is when the schema is up to date. */
@RegisterForReflection
public final class MigrateOnly implements QuarkusApplication {

    @Override
    public int run(String... args) {
        return 0;
    }
}
