package org.retinue;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.retinue.config.SettingsException;
import org.retinue.database.DatabaseAddress;
import org.retinue.database.SqlFailure;

/** Says in one line why the service did not start. */
final class StartFailure {

    private StartFailure() {}

    /**
     * Explains a failure to an operator.
     *
     * @param database the one that the service was to use
     * @param listening where it was to listen: host and port
     */
    static String explain(Throwable failure, DatabaseAddress database, String listening) {
        Throwable cause = ExceptionUtil.getRootCause(failure);
        // Quarkus knows Java's own failure to listen, and not that of epoll.
        if (cause instanceof QuarkusBindException || isTaken(cause)) {
            return listening + " is taken by another process; stop that one, or choose another port with RETINUE_PORT";
        }
        if (cause instanceof SettingsException) {
            return cause.getMessage();
        }
        if (cause instanceof ConfigValidationException invalid) {
            return "did not start: "
                    + IntStream.range(0, invalid.getProblemCount())
                            .mapToObj(i -> firstLine(invalid.getProblem(i).getMessage()))
                            .collect(Collectors.joining("; "));
        }
        if (cause instanceof FlywayValidateException) {
            return "the schema of " + database + " is not the one of this version: " + missing(cause.getMessage())
                    + "; with RETINUE_MIGRATE=only, this version brings it up to date and ends";
        }
        if (SqlFailure.isOfDatabase(failure)) {
            // Neither says the password: the address leaves it out, and the server does not repeat it.
            return "the database " + database + " can't be used: " + said(cause);
        }
        return "did not start: " + cause.getClass().getSimpleName() + ": " + firstLine(cause.getMessage());
    }

    private static boolean isTaken(Throwable cause) {
        return cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("Address already in use");
    }

    private static String said(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "there is no host " + cause.getMessage();
        }
        if (cause instanceof TimeoutException) {
            return "it did not answer in time";
        }
        if (cause.getMessage() == null) {
            return cause.getClass().getSimpleName();
        }
        return (cause instanceof GeneralSecurityException ? "its certificate is not trusted: " : "")
                + firstLine(cause.getMessage());
    }

    /** Of what Flyway says, the first thing that it found; what it advises is not for those who run a service. */
    private static String missing(String message) {
        return message.lines()
                .skip(1)
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse(firstLine(message));
    }

    private static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
