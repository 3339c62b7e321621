package org.retinue.database;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How connections to the database are secured, in libpq's terms (PostgreSQL manual, "SSL Support"), for two drivers that
 * have each their own.
 *
 * @param mode {@code disable}, {@code allow}, {@code prefer}, {@code require}, {@code verify-ca} or {@code verify-full}
 * @param rootCertificate a PEM file with the certificates that the server's must be signed by; null for those that Java
 *     trusts
 */
@RegisterForReflection(classNames = DatabaseTls.JAVA_TRUST)
public record DatabaseTls(String mode, Path rootCertificate) {

    /** No TLS. */
    public static final DatabaseTls NONE = new DatabaseTls("disable", null);

    private static final List<String> MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    /** Of JDBC's driver, which makes one by its name: trusts what Java trusts. */
    static final String JAVA_TRUST = "org.postgresql.ssl.DefaultJavaSSLFactory";

    private static final String SYSTEM = "system";
    private static final String REACTIVE = "quarkus.datasource.reactive.";

    /**
     * Reads the options of a URL.
     *
     * @param mode {@code sslmode}; null is {@code disable}
     * @param rootCertificate {@code sslrootcert}; null or {@code system} for the certificates that Java trusts
     * @throws IllegalArgumentException when there is no such mode, or no such file
     */
    static DatabaseTls of(String mode, String rootCertificate) {
        if (mode != null && !MODES.contains(mode)) {
            throw DatabaseAddress.malformed("sslmode is one of " + String.join(", ", MODES));
        }
        if (rootCertificate == null || rootCertificate.equals(SYSTEM)) {
            return mode == null ? NONE : new DatabaseTls(mode, null);
        }
        Path file = Path.of(rootCertificate);
        if (!Files.isReadable(file)) {
            throw DatabaseAddress.malformed("its sslrootcert, " + file + ", can't be read");
        }
        // as libpq has it: whoever names a certificate to require wants it to be checked
        return new DatabaseTls("require".equals(mode) ? "verify-ca" : mode == null ? "disable" : mode, file);
    }

    private boolean verifies() {
        return mode.startsWith("verify-");
    }

    /** For JDBC's URL. */
    String jdbcOptions() {
        if (!verifies()) {
            return "sslmode=" + mode;
        }
        return "sslmode=" + mode
                + (rootCertificate == null
                        ? "&sslfactory=" + JAVA_TRUST
                        : "&sslrootcert=" + DatabaseAddress.encoded(rootCertificate.toString()));
    }

    /** For the reactive client. What Java trusts, {@link PoolSettings} tells it. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        if (!verifies()) {
            settings.put(REACTIVE + "trust-all", "true");
        } else if (rootCertificate != null) {
            settings.put(REACTIVE + "trust-certificate-pem", "true");
            settings.put(
                    REACTIVE + "trust-certificate-pem.certs",
                    rootCertificate.toString().replace(",", "\\,"));
        }
        if (mode.equals("verify-full")) {
            settings.put(REACTIVE + "hostname-verification-algorithm", "HTTPS");
        }
        return settings;
    }
}
