package org.retinue.security;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/** The service with authentication, by tokens of an issuer that the tests make. */
public final class Guarded implements QuarkusTestProfile {

    static final String AUDIENCE = "retinue";

    /** The origin whose pages may call the service. */
    static final String ORIGIN = "https://app.example";

    /** How many requests each caller may send: more than any test does. */
    static final long BURST = 1_000_000;

    /** The tests and this profile may be of different class loaders: what they share goes by these. */
    private static final String ISSUER = "retinue.test.issuer";

    private static final String KEY = "retinue.test.issuer-key";

    @Override
    public Map<String, String> getConfigOverrides() {
        if (System.getProperty(ISSUER) == null) {
            Signer signer = Signer.rsa("first");
            System.setProperty(KEY, signer.jwk().toJson(OutputControlLevel.INCLUDE_PRIVATE));
            // Nobody closes it: its thread is a daemon's, and it serves until the last test.
            System.setProperty(ISSUER, new TestIssuer(signer).name());
        }
        return Map.of(
                "RETINUE_AUTH_ISSUER",
                issuer(),
                "RETINUE_AUTH_AUDIENCE",
                AUDIENCE,
                "retinue.cors-origins",
                ORIGIN + "," + pageOrigin(),
                "retinue.rate-limit",
                "1",
                "retinue.rate-burst",
                String.valueOf(BURST));
    }

    /** The origin of a web page that calls the service. */
    static String pageOrigin() {
        return issuer().replace("/realm", "");
    }

    static String issuer() {
        return System.getProperty(ISSUER);
    }

    static Signer signer() {
        return Signer.read(System.getProperty(KEY));
    }

    /** Claims that the service takes. */
    static JwtClaims claims(String subject, String scope) {
        return Signer.claims(issuer(), AUDIENCE, subject, scope);
    }

    /** A token that the service takes. */
    static String token(String subject, String scope) {
        return signer().sign(claims(subject, scope));
    }

    /** A token that it would have taken an hour ago. */
    static String expiredToken(String subject, String scope) {
        JwtClaims claims = claims(subject, scope);
        NumericDate past = NumericDate.now();
        past.addSeconds(-3600);
        claims.setExpirationTime(past);
        return signer().sign(claims);
    }
}
