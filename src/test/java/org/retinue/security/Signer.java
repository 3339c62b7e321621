package org.retinue.security;

import java.security.Key;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Who signs tokens, with a key of its own. */
record Signer(PublicJsonWebKey jwk, String algorithm) {

    private static final int HOUR_MINUTES = 60;

    /** With an RSA key; the identifier may be null. */
    static Signer rsa(String keyId) {
        return rsa(keyId, 2048);
    }

    static Signer rsa(String keyId, int bits) {
        try {
            return named(RsaJwkGenerator.generateJwk(bits), keyId, AlgorithmIdentifiers.RSA_USING_SHA256);
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /** With a key on the curve P-256. */
    static Signer ec(String keyId) {
        try {
            return named(
                    EcJwkGenerator.generateJwk(EllipticCurves.P256),
                    keyId,
                    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /** With the key that a set has first, private parts included. */
    static Signer read(String jwk) {
        try {
            PublicJsonWebKey key = (PublicJsonWebKey) JsonWebKey.Factory.newJwk(jwk);
            return new Signer(key, AlgorithmIdentifiers.RSA_USING_SHA256);
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static Signer named(PublicJsonWebKey key, String keyId, String algorithm) {
        key.setKeyId(keyId);
        return new Signer(key, algorithm);
    }

    /** Claims that are good for an hour. */
    static JwtClaims claims(String issuer, String audience, String subject, String scope) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience(audience);
        claims.setSubject(subject);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(HOUR_MINUTES);
        claims.setClaim("scope", scope);
        return claims;
    }

    String sign(JwtClaims claims) {
        return sign(claims.toJson());
    }

    String sign(String payload) {
        return sign(payload, algorithm, jwk.getPrivateKey());
    }

    /** A token of this key's name, by another algorithm and key. */
    String sign(String payload, String otherAlgorithm, Key key) {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setDoKeyValidation(false);
        token.setAlgorithmHeaderValue(otherAlgorithm);
        token.setKeyIdHeaderValue(jwk.getKeyId());
        token.setPayload(payload);
        token.setKey(key);
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }
}
