package org.retinue.config;

import java.util.Locale;
import org.retinue.database.DatabaseAddress;

/**
 * Every setting of the service. Each is an environment variable, {@code RETINUE_} and its name here; where it is
 * injected, it is the property of the same name: {@code RETINUE_LARGEST_BODY_BYTES} is
 * {@code retinue.largest-body-bytes}. docs/configuration.md says what they mean, and SettingsTest compares.
 */
public enum Setting {
    /** The server to use; without it, a database of its own. */
    DATABASE_URL(null, (variable, url) -> DatabaseAddress.parse(url)),
    /** The file that holds the URL of the server, in place of {@link #DATABASE_URL}. */
    DATABASE_URL_FILE(null, Form.any()),
    /** What stands between the service and that server. */
    DATABASE_POOLER("none", Form.oneOf("none", "transaction")),
    /** Who brings the schema up to date. */
    MIGRATE("at-start", Form.oneOf("at-start", "never", "only")),
    /** Over what that server spreads its tables. */
    DATABASE_DISTRIBUTED("none", Form.oneOf("none", "citus")),
    /** The folder of its own database. */
    DATA("data", Form.any()),
    /** What becomes of the name of an erased user. */
    ERASED_NAMES("refused", Form.oneOf("refused", "reusable")),
    /** How much of the time the audit in the background works. */
    AUDIT_PERCENT("5", Form.number(0, 100)),
    /** The address to listen on. */
    HOST("127.0.0.1", Form.ownAddress()),
    /** The port to listen on. */
    PORT("8080", Form.port()),
    /** The file with the certificate of the service; without it, HTTP. */
    TLS_CERTIFICATE(null, Form.any()),
    /** The file with its private key. */
    TLS_KEY(null, Form.any()),
    /** The host names, beside its own, by which a service without authentication is called. */
    ALLOWED_HOSTS(null, Form.hosts()),
    /** The origins whose web pages may call the service. */
    CORS_ORIGINS(null, Form.origins()),
    /** How many requests a second each caller may send. */
    RATE_LIMIT(null, Form.number(1, 1_000_000)),
    /** How many at once; the rate, when it is not said. */
    RATE_BURST(null, Form.number(1, 10_000_000)),
    /** How many users one user may follow. */
    MAX_FOLLOWING(null, Form.number(0, Long.MAX_VALUE)),
    /** The maximum size of a request body, imports excepted. */
    LARGEST_BODY_BYTES("10485760", Form.number(1024, 1 << 30)),
    /** Seconds for the head of a request to arrive. */
    HEADER_TIMEOUT("10", Form.number(1, 3_600)),
    /** Seconds for its body, and one more for each 64 KiB. */
    BODY_TIMEOUT("10", Form.number(1, 3_600)),
    /** Seconds that a connection may do nothing. */
    IDLE_TIMEOUT("60", Form.number(1, 86_400)),
    /** What log lines are like. */
    LOG_FORMAT("text", Form.oneOf("text", "json")),
    /** The collector that traces are sent to; without it, there are none. */
    OTLP_ENDPOINT(null, Form.url()),
    /** How many of the requests without a trace of their own begin one. */
    TRACE_PERCENT("100", Form.number(0, 100)),
    /** Where the keys of tokens come from; by the others, when it is not said. */
    AUTH(null, Form.oneOf("none", "oidc", "key")),
    /** What {@code iss} of a token has to be, and where the keys are found. */
    AUTH_ISSUER(null, Form.any()),
    /** The file with the public key. */
    AUTH_PUBLIC_KEY(null, Form.any()),
    /** What {@code aud} of a token has to be. */
    AUTH_AUDIENCE(null, Form.any()),
    /** The claim that is the username. */
    AUTH_USER_CLAIM("sub", Form.any()),
    /** Seconds by which the clocks of issuer and service may differ. */
    AUTH_CLOCK_SKEW("30", Form.number(0, 600));

    private final String defaultValue;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without a state
    private final Form form;

    Setting(String defaultValue, Form form) {
        this.defaultValue = defaultValue;
        this.form = form;
    }

    /** The environment variable. */
    public String variable() {
        return "RETINUE_" + name();
    }

    /** The property by which the service has it injected. */
    public String property() {
        return variable().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }

    /** What it is when it is not given; null if it then is nothing. */
    public String defaultValue() {
        return defaultValue;
    }

    /**
     * Looks at a value that is given.
     *
     * @throws IllegalArgumentException when it can't be taken; the message is for an operator
     */
    public void require(String value) {
        form.require(variable(), value);
    }
}
