package org.retinue.security;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.util.KeyUtils;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** Keys in a file: one public key in PEM, or a JSON Web Key Set. Who replaces the file replaces the keys. */
record KeyFile(Path path) implements KeySource {

    /** What RFC 7518 asks of a key for RS256 (section 3.3); the library refuses to verify with less. */
    private static final int FEWEST_RSA_BITS = 2048;

    /** One for each kind of key there is. */
    private static final List<SignatureAlgorithm> KINDS =
            List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256, SignatureAlgorithm.EDDSA);

    @Override
    public Uni<List<JsonWebKey>> load() {
        return Uni.createFrom()
                .item(Unchecked.supplier(() -> read(path)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    /** Reads the keys; the message of what is thrown says in a few words what is wrong with the file. */
    static List<JsonWebKey> read(Path path) throws IOException {
        String content = content(path).strip();
        try {
            List<JsonWebKey> keys =
                    content.startsWith("{") ? publicKeys(content) : List.of(JsonWebKey.Factory.newJwk(pem(content)));
            for (JsonWebKey key : keys) {
                if (key.getKey() instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < FEWEST_RSA_BITS) {
                    throw new IOException("an RSA key needs " + FEWEST_RSA_BITS + " bits or more");
                }
            }
            return keys;
        } catch (JoseException | GeneralSecurityException e) {
            throw new IOException("it holds neither a public key in PEM nor a JWKS with one", e);
        }
    }

    /**
     * The public keys of a JSON Web Key Set. Secret ones are left out: of a key that two sides know, a token says nothing;
     * and so are those of a kind that nobody here knows.
     *
     * @throws JoseException when there are none
     */
    static List<JsonWebKey> publicKeys(String jwks) throws JoseException {
        List<JsonWebKey> keys = new ArrayList<>();
        for (JsonWebKey key : new JsonWebKeySet(jwks).getJsonWebKeys()) {
            if (key instanceof PublicJsonWebKey) {
                keys.add(key);
            }
        }
        if (keys.isEmpty()) {
            throw new JoseException("there is no public key in the set");
        }
        return keys;
    }

    private static PublicKey pem(String content) throws GeneralSecurityException {
        if (content.contains("PRIVATE KEY")) {
            throw new GeneralSecurityException("a private key");
        }
        GeneralSecurityException last = null;
        for (SignatureAlgorithm kind : KINDS) {
            try {
                return KeyUtils.decodePublicKey(content, kind);
            } catch (GeneralSecurityException e) {
                last = e;
            } catch (IllegalArgumentException noBase64) {
                last = new GeneralSecurityException(noBase64);
            }
        }
        throw last;
    }

    private static String content(Path path) throws IOException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (MalformedInputException e) {
            throw new IOException("it is not a text", e);
        } catch (IOException e) {
            throw new IOException("it can't be read", e);
        }
    }
}
