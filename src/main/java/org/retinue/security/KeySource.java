package org.retinue.security;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;

/** Where the keys come from with which tokens are signed. */
interface KeySource {

    /** The keys as they are now: public ones, and at least one. Fails when they can't be had. */
    Uni<List<JsonWebKey>> load();
}
