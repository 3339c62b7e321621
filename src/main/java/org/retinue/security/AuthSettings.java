package org.retinue.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.retinue.config.Setting;
import org.retinue.config.SettingsException;

/**
 * How callers prove who they are.
 *
 * @param mode where the keys come from, if tokens are asked for at all
 * @param issuer what {@code iss} of a token has to be; null if it may be anything, which it may not for {@code OIDC}
 * @param audience one of these has to be in {@code aud}
 * @param publicKey the file with the keys; null for {@code OIDC}
 * @param userClaim the claim that names the user
 * @param clockSkew by how much the clocks of issuer and service may differ
 */
public record AuthSettings(
        Mode mode, String issuer, List<String> audience, Path publicKey, String userClaim, Duration clockSkew) {

    private static final String AUTH = Setting.AUTH.variable();
    private static final String ISSUER = Setting.AUTH_ISSUER.variable();
    private static final String AUDIENCE = Setting.AUTH_AUDIENCE.variable();
    private static final String PUBLIC_KEY = Setting.AUTH_PUBLIC_KEY.variable();
    private static final String USER_CLAIM = Setting.AUTH_USER_CLAIM.variable();
    private static final String CLOCK_SKEW = Setting.AUTH_CLOCK_SKEW.variable();

    /** Where the keys come from. */
    public enum Mode {
        /** Nobody has said anything: everybody may do everything, and so nobody else may reach the service. */
        UNSET,
        /** The operator has said that everybody may do everything. */
        NONE,
        /** From the issuer, found by OpenID Connect Discovery. */
        OIDC,
        /** From a file. */
        KEY
    }

    /**
     * Reads the settings.
     *
     * @param variables the value of an environment variable, null or blank if it is not set
     * @throws SettingsException when one is wrong or missing, or the key can't be read
     */
    public static AuthSettings read(UnaryOperator<String> variables) {
        UnaryOperator<String> given = name -> {
            String value = variables.apply(name);
            return value == null || value.isBlank() ? null : value.strip();
        };
        Stream.of(Setting.AUTH, Setting.AUTH_CLOCK_SKEW)
                .filter(one -> given.apply(one.variable()) != null)
                .forEach(one -> one.require(given.apply(one.variable())));
        AuthSettings settings = new AuthSettings(
                mode(given),
                given.apply(ISSUER),
                audience(given.apply(AUDIENCE)),
                given.apply(PUBLIC_KEY) == null ? null : Path.of(given.apply(PUBLIC_KEY)),
                Objects.requireNonNullElse(given.apply(USER_CLAIM), Setting.AUTH_USER_CLAIM.defaultValue()),
                Duration.ofSeconds(Long.parseLong(
                        Objects.requireNonNullElse(given.apply(CLOCK_SKEW), Setting.AUTH_CLOCK_SKEW.defaultValue()))));
        if (settings.isOn()) {
            settings.require();
        }
        return settings;
    }

    /** Whether a caller has to say who it is. */
    public boolean isOn() {
        return mode == Mode.OIDC || mode == Mode.KEY;
    }

    /** Whether it is an accident of configuration away from the world: no authentication where others can reach it. */
    boolean isOpenTo(String host) {
        return !isOn() && !isLoopback(host);
    }

    /**
     * Refuses to listen where others can reach the service, unless they have to say who they are or the operator has said
     * that they need not.
     *
     * @throws SettingsException when it should not listen there
     */
    public AuthSettings requireFor(String host) {
        if (mode == Mode.UNSET && isOpenTo(host)) {
            throw new SettingsException("RETINUE_HOST is " + host + ", where others can reach it, and there is no "
                    + "authentication: set " + ISSUER + " or " + PUBLIC_KEY + ", or " + AUTH
                    + "=none if everybody there may do everything");
        }
        return this;
    }

    private static Mode mode(UnaryOperator<String> given) {
        String mode = given.apply(AUTH);
        if (mode != null) {
            return Mode.valueOf(mode.toUpperCase(Locale.ROOT));
        }
        if (given.apply(PUBLIC_KEY) != null) {
            return Mode.KEY;
        }
        if (given.apply(ISSUER) != null) {
            return Mode.OIDC;
        }
        Stream.of(AUDIENCE, USER_CLAIM, CLOCK_SKEW)
                .filter(name -> given.apply(name) != null)
                .findFirst()
                .ifPresent(name -> {
                    throw new SettingsException(name + " is set, but neither " + ISSUER + " nor " + PUBLIC_KEY
                            + ": there would be no authentication");
                });
        return Mode.UNSET;
    }

    private static List<String> audience(String value) {
        return value == null
                ? List.of()
                : Stream.of(value.split(",", -1))
                        .map(String::strip)
                        .filter(one -> !one.isEmpty())
                        .toList();
    }

    private void require() {
        if (audience.isEmpty()) {
            throw new SettingsException(AUDIENCE + " is missing: it is what 'aud' of a token has to be, so that tokens "
                    + "for other services are not taken");
        }
        if (mode == Mode.OIDC) {
            requireIssuer();
        } else if (publicKey == null) {
            throw new SettingsException(PUBLIC_KEY + " is missing: the file with the public key, PEM or JWKS");
        } else {
            requireKeys();
        }
    }

    private void requireIssuer() {
        if (issuer == null) {
            throw new SettingsException(ISSUER + " is missing: the URL of the OpenID Connect issuer");
        }
        try {
            URI uri = URI.create(issuer);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return;
            }
        } catch (IllegalArgumentException noUrl) {
            // the same answer as for a URL of another kind
        }
        throw new SettingsException(
                ISSUER + " should be a URL such as https://id.example.com/realm, but it is " + issuer);
    }

    private void requireKeys() {
        try {
            KeyFile.read(publicKey);
        } catch (IOException unreadable) {
            throw new SettingsException(PUBLIC_KEY + " can't be used: " + publicKey + ": " + unreadable.getMessage());
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
