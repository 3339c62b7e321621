package org.retinue.security;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** Tells true tokens from others: signed with one of the keys, for this service, by the issuer, and valid now. */
final class Tokens {

    /** Signatures whose verifying key is public. None of the others: that key would be enough to sign. */
    private static final Set<SignatureAlgorithm> ALGORITHMS = EnumSet.of(
            SignatureAlgorithm.RS256,
            SignatureAlgorithm.RS384,
            SignatureAlgorithm.RS512,
            SignatureAlgorithm.PS256,
            SignatureAlgorithm.PS384,
            SignatureAlgorithm.PS512,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES384,
            SignatureAlgorithm.ES512,
            SignatureAlgorithm.EDDSA);

    private static final Logger LOG = Logger.getLogger(Tokens.class);

    private final JWTAuthContextInfo expected = new JWTAuthContextInfo();
    private final DefaultJWTTokenParser parser;
    private final AuthSettings settings;

    /**
     * A token that was found to be true.
     *
     * @param until when it ends, the allowed difference of clocks included
     */
    record Verified(Caller caller, Instant until) {}

    /** Why a token is not to be taken. */
    static final class InvalidTokenException extends Exception {

        private final boolean forLackOfKey;

        InvalidTokenException(String message, boolean forLackOfKey) {
            // An answer, not a fault of the program: no stack trace to fill in.
            super(message, null, false, false);
            this.forLackOfKey = forLackOfKey;
        }

        /** Whether it might be true by a key that is not known yet. */
        boolean isForLackOfKey() {
            return forLackOfKey;
        }
    }

    Tokens(AuthSettings settings, VerificationKeyResolver keys) {
        this.settings = settings;
        expected.setIssuedBy(settings.issuer());
        expected.setExpectedAudience(Set.copyOf(settings.audience()));
        expected.setClockSkew((int) settings.clockSkew().toSeconds());
        expected.setSignatureAlgorithm(ALGORITHMS);
        expected.setRelaxVerificationKeyValidation(false);
        expected.setRequireNamedPrincipal(false);
        // Its age is not limited, so "iat" is not asked for: "exp" is.
        expected.setMaxTimeToLiveSecs(0L);
        this.parser = new DefaultJWTTokenParser() {
            @Override
            protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo info) {
                return keys;
            }
        };
    }

    /** Reads a token. */
    Verified verify(String token) throws InvalidTokenException {
        try {
            JwtClaims claims = parser.parse(token, expected).getJwtClaims();
            Set<Scope> scopes = scopes(claims);
            return new Verified(
                    new Caller(name(claims, scopes), scopes),
                    Instant.ofEpochSecond(claims.getExpirationTime().getValue()).plus(settings.clockSkew()));
        } catch (ParseException | MalformedClaimException refused) {
            // the exception has the token's claims in it
            LOG.debugf("token=refused reason=%s", reason(refused));
            throw new InvalidTokenException(reason(refused), isForLackOfKey(refused));
        } catch (RuntimeException unreadable) {
            // The parsers take a token to pieces that anybody may have made, and not all they throw is foreseen.
            LOG.debugf("token=unreadable failure=%s", unreadable.getClass().getName());
            throw new InvalidTokenException("The token can't be read", false);
        }
    }

    /** A service that acts for others need have no user: then it goes by its subject. */
    private String name(JwtClaims claims, Set<Scope> scopes) throws MalformedClaimException, InvalidTokenException {
        if (claims.getClaimValue(settings.userClaim()) instanceof String name && !name.isEmpty()) {
            return name;
        }
        String subject = claims.getSubject();
        if (scopes.contains(Scope.ADMIN) && subject != null) {
            return subject;
        }
        throw new InvalidTokenException("The token has no claim " + settings.userClaim(), false);
    }

    /** {@code scope} as RFC 8693 has it (section 4.2), words with spaces between; {@code scp} as some issuers do, a list. */
    private static Set<Scope> scopes(JwtClaims claims) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String claim : List.of("scope", "scp")) {
            Object value = claims.getClaimValue(claim);
            Collection<?> words = value instanceof String text
                    ? Arrays.asList(text.split(" ", -1))
                    : value instanceof List<?> list ? list : List.of();
            for (Scope scope : Scope.values()) {
                if (words.contains(scope.toString())) {
                    scopes.add(scope);
                }
            }
        }
        return Collections.unmodifiableSet(scopes);
    }

    private static boolean isForLackOfKey(Throwable refused) {
        return refused.getCause() instanceof UnresolvableKeyException;
    }

    private static String reason(Throwable refused) {
        if (refused.getCause() instanceof InvalidJwtException invalid) {
            if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
                return "The token has expired";
            }
            if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
                return "The token is not valid yet";
            }
            if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
                    || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
                return "The token is not for this service";
            }
            if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID) || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
                return "The token is not of this issuer";
            }
            if (invalid.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
                return "The token does not expire";
            }
        }
        return "The token is not signed with a key that is known here, or can't be read";
    }
}
