package org.retinue.database;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a PostgreSQL server is and how to log in to it, as {@code postgresql://user:password@host:port/database?options}.
 *
 * @param server {@code host:port/database?options}: the part that both drivers, reactive and JDBC, take as it is
 * @param user the role, or null for the drivers' default
 * @param password its password, or null for none
 * @param tls how the connections are secured
 */
public record DatabaseAddress(String server, String user, String password, DatabaseTls tls) {

    private static final int DEFAULT_PORT = 5432;

    /** One without TLS. */
    public DatabaseAddress(String server, String user, String password) {
        this(server, user, password, DatabaseTls.NONE);
    }

    /**
     * Reads a URL as libpq, psql and most platforms write it; the schemes {@code postgresql} and {@code postgres} are the
     * same. User and password may be percent-encoded, and may stand among the options. {@code sslmode} and
     * {@code sslrootcert} mean what they mean to libpq: see {@link DatabaseTls}.
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
        Map<String, String> options = options(uri.getRawQuery());
        String[] login = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        String user = options.remove("user");
        String password = options.remove("password");
        DatabaseTls tls = DatabaseTls.of(options.remove("sslmode"), options.remove("sslrootcert"));
        String rest = options.entrySet().stream()
                .map(option -> option.getKey() + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        return new DatabaseAddress(
                uri.getHost() + ":" + port + uri.getRawPath() + (rest.isEmpty() ? "" : "?" + rest),
                login.length > 0 ? decoded(login[0]) : user,
                login.length > 1 ? decoded(login[1]) : password,
                tls);
    }

    /** The URL for JDBC, which only Flyway uses; without the login. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + server + separator() + tls.jdbcOptions();
    }

    /** The URL for the reactive client; without the login, and without what {@link #settings()} say of certificates. */
    public String reactiveUrl() {
        return "postgresql://" + server + separator() + "sslmode=" + tls.mode();
    }

    /** The Quarkus settings that point both drivers here. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(tls.settings());
        settings.put("quarkus.datasource.reactive.url", reactiveUrl());
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

    private String separator() {
        return server.contains("?") ? "&" : "?";
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : query == null ? new String[0] : query.split("&")) {
            String[] parts = option.split("=", 2);
            if (parts.length < 2) {
                throw malformed("its options are not of the form name=value");
            }
            options.put(parts[0], decoded(parts[1]));
        }
        return options;
    }

    private static String decoded(String part) {
        // URLDecoder is for forms, where + is a space; in a URL it is a plus.
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException(
                "RETINUE_DATABASE_URL should be postgresql://user:password@host:port/database, but " + why);
    }
}
