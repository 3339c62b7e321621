package org.retinue.database;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a PostgreSQL server is and how to log in to it, as {@code postgresql://user:password@host:port/database?options}.
 *
 * @param server {@code host:port/database?options}: the part that both drivers, reactive and JDBC, take as it is
 * @param user the role, or null for the drivers' default
 * @param password its password, or null for none
 */
public record DatabaseAddress(String server, String user, String password) {

    private static final int DEFAULT_PORT = 5432;

    /**
     * Reads a URL as libpq, psql and most platforms write it; the schemes {@code postgresql} and {@code postgres} are the
     * same. User and password may be percent-encoded.
     *
     * @throws IllegalArgumentException when it is not such a URL; the message names no password
     */
    public static DatabaseAddress parse(String url) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw malformed("it is not a URL (are special characters in the password percent-encoded?)");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw malformed("it does not start with postgresql://");
        }
        if (uri.getHost() == null) {
            throw malformed("it names no host");
        }
        if (uri.getRawPath() == null || uri.getRawPath().length() < 2) {
            throw malformed("it names no database");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        String options = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String[] login = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        return new DatabaseAddress(
                uri.getHost() + ":" + port + uri.getRawPath() + options,
                login.length > 0 ? decoded(login[0]) : null,
                login.length > 1 ? decoded(login[1]) : null);
    }

    /** The URL for JDBC, which only Flyway uses; without the login. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + server;
    }

    /** The Quarkus settings that point both drivers here. */
    public Map<String, String> settings() {
        Map<String, String> settings = new java.util.HashMap<>();
        settings.put("quarkus.datasource.reactive.url", "postgresql://" + server);
        settings.put("quarkus.datasource.jdbc.url", jdbcUrl());
        if (user != null) {
            settings.put("quarkus.datasource.username", user);
        }
        if (password != null) {
            settings.put("quarkus.datasource.password", password);
        }
        return settings;
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return (user == null ? "" : user + "@") + server;
    }

    private static String decoded(String part) {
        // URLDecoder is for forms, where + is a space; in a URL it is a plus.
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException(
                "RETINUE_DATABASE_URL should be postgresql://user:password@host:port/database, but " + why);
    }
}
